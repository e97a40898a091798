//! What only a process of its own can show: the exit, closed pipes, the order in a shared file,
//! standard input. The program runs itself as the child and looks at what comes out.
//!
//! It has no test harness, because a harness prints to standard output itself. It answers the two
//! questions that runners ask.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::process::{Command, Output, Stdio};
use std::ptr;
use std::thread;

use runtime_core::{error, hooks};
use runtime_io::{Stream, codes, input};

/// The environment variable that makes this process a child.
const ROLE: &str = "RUNTIME_IO_TEST_ROLE";

/// Name, what the child does, what the parent checks.
type Test = (&'static str, fn(), fn(&str));

const TESTS: &[Test] = &[
    ("the_exit_flushes", print_and_end, flushed_at_exit),
    ("exit_functions_may_print", print_in_exit_functions, exit_functions_are_heard),
    ("hooks_flush_before_an_abort", print_and_abort, flushed_before_abort),
    ("a_terminal_gets_whole_lines", print_and_be_killed, lines_were_seen),
    ("one_file_keeps_the_order", print_to_both, order_is_kept),
    ("a_closed_pipe_is_an_error", print_into_the_void, survived_the_void),
    ("a_closed_descriptor_is_an_error", print_to_nothing, survived_nothing),
    ("long_texts_are_whole", print_long, long_is_whole),
    ("threads_do_not_mix", print_from_threads, lines_are_whole),
    ("a_full_pipe_that_does_not_block", print_to_nonblocking, long_is_whole),
    ("input_comes_in_lines", echo_lines, lines_came_back),
];

fn main() {
    if let Ok(role) = std::env::var(ROLE) {
        let (_, child, _) = TESTS.iter().find(|(name, ..)| *name == role).unwrap();
        return child();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ignored = arguments.iter().any(|argument| argument == "--ignored");
    if arguments.iter().any(|argument| argument == "--list") {
        for (name, ..) in TESTS.iter().filter(|_| !ignored) {
            println!("{name}: test");
        }
        return;
    }
    let wanted = arguments.iter().find(|argument| !argument.starts_with('-'));
    let mut run = 0;
    for (name, _, check) in TESTS {
        if !ignored && wanted.is_none_or(|wanted| name.contains(wanted.as_str())) {
            check(name);
            run += 1;
        }
    }
    println!("test result: ok. {run} passed; 0 failed");
}

fn command(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(ROLE, role).stdin(Stdio::null());
    command
}

fn output(role: &str) -> Output {
    command(role).output().unwrap()
}

/// The child is C's kind of process: a write to a closed pipe would end it.
fn die_of_sigpipe() {
    // SAFETY: setting a signal back to its default is always allowed.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

// ---- the end of the process ----

fn print_and_end() {
    Stream::Stdout.print(b"waiting").unwrap();
}

fn flushed_at_exit(role: &str) {
    let output = output(role);
    assert!(output.status.success());
    assert_eq!(output.stdout, b"waiting");
}

extern "C" fn last_words() {
    Stream::Stdout.print(b"first registered, last called").unwrap();
}

fn print_in_exit_functions() {
    // SAFETY: the function may be called at any time.
    unsafe { libc::atexit(last_words) };
    Stream::Stdout.println(b"main").unwrap();
}

fn exit_functions_are_heard(role: &str) {
    assert_eq!(output(role).stdout, b"main\nfirst registered, last called");
}

fn print_and_abort() {
    Stream::Stdout.print(b"before the end").unwrap();
    hooks::run();
    std::process::abort();
}

fn flushed_before_abort(role: &str) {
    let output = output(role);
    assert!(!output.status.success());
    assert_eq!(output.stdout, b"before the end");
}

fn print_and_be_killed() {
    Stream::Stdout.println(b"seen").unwrap();
    Stream::Stdout.print(b"seen too\nlost").unwrap();
    Stream::Stdout.print(b"lost").unwrap();
    // SAFETY: any signal may be sent to oneself.
    unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
}

fn lines_were_seen(role: &str) {
    let (mut master, mut slave) = (0, 0);
    // SAFETY: both numbers are written; name, settings and size may be null.
    let opened = unsafe {
        let (name, settings, size) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        libc::openpty(&raw mut master, &raw mut slave, name, settings, size)
    };
    assert_eq!(opened, 0);
    // SAFETY: the descriptors are fresh, and owned by nothing else.
    let (mut master, slave) = unsafe { (File::from_raw_fd(master), File::from_raw_fd(slave)) };
    assert!(!command(role).stdout(slave).status().unwrap().success());
    let mut seen = Vec::new();
    // A terminal whose last user is gone ends in an error, not in an end of file.
    let _ = master.read_to_end(&mut seen);
    assert_eq!(String::from_utf8(seen).unwrap(), "seen\r\nseen too\r\nlost");
}

// ---- both streams ----

fn print_to_both() {
    for number in 0..100 {
        let text = format!("{number}\n");
        let stream = if number % 3 == 0 { Stream::Stderr } else { Stream::Stdout };
        stream.print(text.as_bytes()).unwrap();
    }
}

fn order_is_kept(role: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("both");
    let file = File::create(&path).unwrap();
    let child = command(role).stdout(file.try_clone().unwrap()).stderr(file).status().unwrap();
    assert!(child.success());
    let expected: String = (0..100).map(|number| format!("{number}\n")).collect();
    assert_eq!(fs::read_to_string(path).unwrap(), expected);
}

// ---- refusals ----

/// Reports through the exit status, as nothing else is left.
fn print_into_the_void() {
    die_of_sigpipe();
    // The parent closes its end before it lets this go on.
    assert_eq!(input::read_line().unwrap().as_deref(), Some(&b"go"[..]));
    for _ in 0..2 {
        Stream::Stdout.println(b"into the void").unwrap();
        let refused = Stream::Stdout.flush().unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_CLOSED_PIPE);
        assert_eq!(refused.errno(), libc::EPIPE);
        // It is reported once, and what could not be written is gone.
        Stream::Stdout.flush().unwrap();
    }
    // A flush for the sake of standard error does not spoil that, and is reported afterwards.
    Stream::Stdout.print(b"lost").unwrap();
    Stream::Stderr.print(b"still here").unwrap();
    assert_eq!(Stream::Stdout.print(b"").unwrap_err().code(), codes::RT_ERROR_CLOSED_PIPE);
    let long = vec![b'x'; 1 << 20];
    assert!(Stream::Stdout.print(&long).is_err());
    // Nobody got the signal, and how the process treats it is as it was.
    // SAFETY: asks only.
    let before = unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    assert_eq!(before, libc::SIG_DFL);
}

fn survived_the_void(role: &str) {
    let mut child = command(role)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert!(child.wait().unwrap().success(), "{errors}");
    assert_eq!(errors, "still here");
}

fn print_to_nothing() {
    // SAFETY: nothing of the program uses the descriptor again but to be refused.
    unsafe { libc::close(libc::STDOUT_FILENO) };
    Stream::Stdout.print(b"nowhere").unwrap();
    let refused = Stream::Stdout.flush().unwrap_err();
    assert_eq!(refused.code(), error::codes::RT_ERROR_SYSTEM);
    assert_eq!(refused.errno(), libc::EBADF);
    // SAFETY: as above.
    unsafe { libc::close(libc::STDIN_FILENO) };
    assert_eq!(input::read_line().unwrap_err().errno(), libc::EBADF);
}

fn survived_nothing(role: &str) {
    let output = output(role);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

// ---- much ----

fn long_text() -> Vec<u8> {
    (0..300_000_u32).flat_map(u32::to_le_bytes).collect()
}

fn print_long() {
    Stream::Stdout.print(b"short").unwrap();
    Stream::Stdout.print(&long_text()).unwrap();
    Stream::Stdout.println(b"short").unwrap();
}

fn long_is_whole(role: &str) {
    assert_eq!(output(role).stdout, [&b"short"[..], &long_text(), b"short\n"].concat());
}

fn print_to_nonblocking() {
    // SAFETY: the descriptor is open; the pipe is this test's own.
    unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_SETFL, libc::O_NONBLOCK) };
    print_long();
    Stream::Stdout.flush().unwrap();
}

fn print_from_threads() {
    thread::scope(|scope| {
        for letter in b'a'..=b'd' {
            scope.spawn(move || {
                for length in 0..2000 {
                    let stream = if length % 100 == 0 { Stream::Stderr } else { Stream::Stdout };
                    stream.println(&vec![letter; length % 50]).unwrap();
                }
            });
        }
    });
}

fn lines_are_whole(role: &str) {
    let text = String::from_utf8(output(role).stdout).unwrap();
    assert_eq!(text.lines().count(), 4 * 1980);
    for line in text.lines() {
        assert!(line.bytes().all(|byte| Some(byte) == line.bytes().next()), "{line}");
    }
}

// ---- input ----

fn echo_lines() {
    while let Some(line) = input::read_line().unwrap() {
        Stream::Stdout.println(&line).unwrap();
    }
    // The end stays the end.
    assert_eq!(input::read_line().unwrap(), None);
    assert_eq!(input::read_char().unwrap(), None);
}

fn lines_came_back(role: &str) {
    let long = "long ".repeat(50_000);
    let text = format!("one\r\n\ntwo\n{long}\nno end");
    let mut child = command(role).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let given = text.clone();
    let writer = thread::spawn(move || stdin.write_all(given.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), text.replace('\r', "") + "\n");
}
