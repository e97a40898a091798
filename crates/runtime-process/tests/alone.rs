//! What changes the whole process, or needs one of its own: each test runs itself as a child process
//! and looks at how that ends.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use runtime_core::error::codes as core_codes;
use runtime_core::hooks;
use runtime_process::{
    Command, Output, Process, Stream, arguments, codes, directories, environment, exit, host,
    status,
};

/// The environment variable that makes this process a child.
const ROLE: &str = "RUNTIME_PROCESS_TEST_ROLE";

/// Longer than anything here takes, so that only what hangs is ended by it.
const LONG: Duration = Duration::from_secs(60);

/// Runs `body` in a process of its own, where this is the test `name`, and returns how it ended.
/// `None` in that process itself.
fn child(name: &str, body: impl FnOnce()) -> Option<Output> {
    if std::env::var(ROLE).as_deref() == Ok(name) {
        body();
        return None;
    }
    let own = std::env::current_exe().unwrap();
    let command = Command::new(own).args(["--exact", "--nocapture", name]).env(ROLE, name);
    Some(command.timeout(LONG).run().unwrap())
}

/// Runs `body` in a process of its own, where nothing must go wrong.
fn alone(name: &str, body: impl FnOnce()) {
    if let Some(output) = child(name, body) {
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}{complained}", output.status);
        assert!(said.contains("1 passed"), "{said}");
    }
}

fn shell(script: &str) -> Command {
    Command::new("sh").arg("-c").arg(script)
}

fn set(name: &str, value: impl AsRef<OsStr>) {
    // SAFETY: this process's only thread that uses the environment is this one, or the others do so
    // through the module.
    unsafe { environment::set(name, value).unwrap() };
}

fn unset(name: &str) {
    // SAFETY: as above.
    unsafe { environment::unset(name).unwrap() };
}

/// The states of this process's children, as the system has them, by number.
fn children() -> BTreeMap<i64, char> {
    let own = host::pid();
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let pid = entry.unwrap().file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in parentheses may have anything in it.
        let mut fields = stat.rsplit(')').next()?.split_whitespace();
        let state = fields.next()?.chars().next()?;
        (fields.next()?.parse() == Ok(own)).then_some((pid, state))
    });
    processes.collect()
}

/// Whether there is no child at all, also none that has ended. Needs no descriptor.
fn has_no_child() -> bool {
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: all zeros are a valid one; it is written.
    unsafe {
        let mut news: libc::siginfo_t = std::mem::zeroed();
        libc::waitid(libc::P_ALL, 0, &raw mut news, options) == -1
    }
}

/// Waits until something holds that does not tell when.
fn until(holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < LONG);
        thread::sleep(Duration::from_millis(1));
    }
}

// ---- the environment ----

#[test]
fn variables_come_and_go() {
    alone("variables_come_and_go", || {
        let name = "RUNTIME_PROCESS_TEST";
        assert_eq!(environment::get(name).unwrap(), None);
        for value in [&b"text"[..], b"", b"=a=b", b"\xff\n \x80", &[b'x'; 100_000]] {
            let value = OsStr::from_bytes(value);
            set(name, value);
            assert_eq!(environment::get(name).unwrap().as_deref(), Some(value));
            let vars: BTreeMap<OsString, OsString> = environment::vars().into_iter().collect();
            assert_eq!(vars.get(OsStr::new(name)).map(OsString::as_os_str), Some(value));
            let output = shell(&format!("printf %s \"${name}\"")).run().unwrap();
            assert!(output.stdout == value.as_bytes());
        }
        unset(name);
        unset(name);
        assert_eq!(environment::get(name).unwrap(), None);
        assert!(shell(&format!("test -z ${{{name}+x}}")).execute().unwrap().success());
    });
}

#[test]
fn bad_names_and_values_change_nothing() {
    alone("bad_names_and_values_change_nothing", || {
        let before = environment::vars();
        for name in ["", "=", "A=", "=A", "A=B", "\0", "A\0", "\0A"] {
            // SAFETY: this thread alone uses the environment.
            let refusals = unsafe {
                [
                    environment::get(name).unwrap_err(),
                    environment::set(name, "x").unwrap_err(),
                    environment::unset(name).unwrap_err(),
                ]
            };
            for refusal in refusals {
                assert_eq!(refusal.code(), codes::RT_ERROR_ENV_NAME, "{refusal}");
            }
        }
        // SAFETY: as above.
        let refusal = unsafe { environment::set("A", "x\0") }.unwrap_err();
        assert_eq!(refusal.code(), codes::RT_ERROR_ENV_VALUE);
        assert_eq!(environment::vars(), before);
    });
}

#[test]
fn threads_share_the_environment() {
    alone("threads_share_the_environment", || {
        thread::scope(|scope| {
            for thread in 0..3 {
                scope.spawn(move || {
                    let name = format!("RUNTIME_PROCESS_TEST_{thread}");
                    for round in 0..2000 {
                        set(&name, "x".repeat(round % 100));
                        let value = environment::get(&name).unwrap().unwrap();
                        assert_eq!(value.len(), round % 100);
                        unset(&name);
                    }
                });
            }
            scope.spawn(|| {
                for _ in 0..50 {
                    assert!(environment::vars().iter().any(|(name, _)| name == ROLE));
                    assert!(Command::new("true").run().unwrap().status.success());
                }
            });
        });
    });
}

// ---- directories and arguments ----

#[test]
fn the_directory_changes() {
    alone("the_directory_changes", || {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap();
        let strange = path.join(OsStr::from_bytes(b"\xff strange"));
        fs::create_dir(&strange).unwrap();
        directories::change(&strange).unwrap();
        assert_eq!(directories::current().unwrap(), strange);
        let seen = Command::new("pwd").run().unwrap().stdout;
        assert_eq!(seen, [strange.as_os_str().as_bytes(), b"\n"].concat());
        for (wrong, errno) in
            [("nowhere", libc::ENOENT), ("", libc::ENOENT), ("/bin/sh", libc::ENOTDIR)]
        {
            let refusal = directories::change(wrong).unwrap_err();
            assert_eq!((refusal.code(), refusal.errno()), (core_codes::RT_ERROR_SYSTEM, errno));
        }
        assert!(directories::change("a\0b").is_err());
        assert_eq!(directories::current().unwrap(), strange);
        // The directory vanishes.
        fs::remove_dir(&strange).unwrap();
        assert_eq!(directories::current().unwrap_err().errno(), libc::ENOENT);
        assert!(Command::new("true").run().unwrap().status.success());
        directories::change("/").unwrap();
    });
}

#[test]
fn home_and_temporary_directories() {
    alone("home_and_temporary_directories", || {
        set("HOME", "/some/where");
        assert_eq!(directories::home().as_deref(), Some(Path::new("/some/where")));
        let listed = shell("getent passwd $(id -u) | cut -d: -f6").run().unwrap().stdout;
        let listed = OsStr::from_bytes(listed.trim_ascii_end());
        let user = Command::new("id").arg("-un").run().unwrap().stdout;
        assert_eq!(host::user().unwrap().as_bytes(), user.trim_ascii_end());
        set("HOME", "");
        assert_eq!(directories::home().unwrap(), listed);
        unset("HOME");
        assert_eq!(directories::home().unwrap(), listed);

        for (name, value) in [("TMPDIR", "/1"), ("TMP", "/2"), ("TEMP", "/3")] {
            set(name, value);
        }
        for (name, value) in [("TMPDIR", "/1"), ("TMP", "/2"), ("TEMP", "/3")] {
            assert_eq!(directories::temporary(), Path::new(value));
            set(name, "");
        }
        assert_eq!(directories::temporary(), Path::new("/tmp"));
    });
}

#[test]
fn arguments_are_those_of_the_start() {
    let name = "arguments_are_those_of_the_start";
    alone(name, || {
        let all = arguments::all();
        assert_eq!(all.len(), 4);
        assert_eq!(all[1..], ["--exact", "--nocapture", name]);
    });
}

#[test]
fn the_machine() {
    let asked = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).run().unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_string()
    };
    assert_eq!(host::PLATFORM, std::env::consts::OS);
    assert_eq!(host::ARCHITECTURE, asked("uname", "-m"));
    assert_eq!(host::version().to_str().unwrap(), asked("uname", "-r"));
    assert_eq!(host::name().to_str().unwrap(), asked("uname", "-n"));
    assert_eq!(host::cpu_count().to_string(), asked("nproc", "--ignore=0"));
    let parent = shell("echo $PPID").run().unwrap().stdout;
    assert_eq!(String::from_utf8(parent).unwrap().trim_end(), host::pid().to_string());
}

// ---- what goes wrong with children ----

#[test]
fn nobody_waits_and_no_zombie_stays() {
    alone("nobody_waits_and_no_zombie_stays", || {
        let processes: Vec<Process> = (0..100).map(|_| shell("exit 5").spawn().unwrap()).collect();
        let freed = Command::new("cat").start().unwrap();
        freed.free().unwrap();
        // Without any further call to the crate.
        until(|| children().is_empty());
        for process in processes {
            assert_eq!(process.wait().unwrap().code(), Some(5));
        }
    });
}

/// As few descriptors as there are, for as long as this runs.
fn without_descriptors(body: impl FnOnce()) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let first_free =
        fs::File::open("/").map(|file| std::os::fd::AsRawFd::as_raw_fd(&file)).unwrap();
    // SAFETY: the limit is read and written.
    unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
        let none = libc::rlimit { rlim_cur: first_free as u64, ..limit };
        libc::setrlimit(libc::RLIMIT_NOFILE, &raw const none);
        body();
        libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
    }
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn no_descriptor_is_left() {
    alone("no_descriptor_is_left", || {
        // What is opened once and kept.
        Command::new("true").spawn().unwrap().wait().unwrap();
        let before = open_descriptors();
        without_descriptors(|| {
            for _ in 0..3 {
                for refusal in [
                    Command::new("true").run().unwrap_err(),
                    Command::new("cat").start().unwrap_err(),
                ] {
                    assert_eq!(refusal.code(), core_codes::RT_ERROR_SYSTEM, "{refusal}");
                    assert_eq!(refusal.errno(), libc::EMFILE);
                }
            }
            // These need none.
            assert!(Command::new("true").execute().unwrap().success());
            let process = Command::new("sleep").arg("0.02").spawn().unwrap();
            assert_eq!(process.wait_for(Duration::ZERO).unwrap(), None);
            assert!(process.wait().unwrap().success());
            Command::new("true").spawn().unwrap();
            Command::new("true").spawn().unwrap();
            until(|| {
                // Whose end nobody tells is reaped when there is an occasion.
                let _ = Process::of(1).try_wait();
                has_no_child()
            });
        });
        assert_eq!(open_descriptors(), before);
        assert!(Command::new("true").run().unwrap().status.success());
        assert_eq!(open_descriptors(), before);
        assert!(children().is_empty());
    });
}

#[test]
fn nothing_is_left_open() {
    alone("nothing_is_left_open", || {
        let rounds = || {
            for _ in 0..10 {
                shell("cat; exit 1").input("x").run().unwrap();
                shell("sleep 9").timeout(Duration::from_millis(1)).run().unwrap();
                Command::new("true").spawn().unwrap().wait().unwrap();
                let process = Command::new("cat").start().unwrap();
                process.write(b"x").unwrap();
                process.read(Stream::Stdout, 9).unwrap();
                process.close_stdin().unwrap();
                process.wait().unwrap();
                process.free().unwrap();
                assert!(Command::new("surely-no-program").start().is_err());
                assert!(Command::new("/").start().is_err());
            }
        };
        rounds();
        let before = open_descriptors();
        rounds();
        assert_eq!(open_descriptors(), before);
        assert!(children().is_empty());
    });
}

#[test]
fn somebody_closes_all_descriptors() {
    alone("somebody_closes_all_descriptors", || {
        Command::new("true").spawn().unwrap().wait().unwrap();
        // SAFETY: nothing of the test uses a descriptor above those of the streams.
        unsafe { libc::close_range(3, libc::c_uint::MAX, 0) };
        for code in 0..5 {
            let process = shell(&format!("exit {code}")).spawn().unwrap();
            assert_eq!(process.wait().unwrap().code(), Some(code));
            assert_eq!(shell(&format!("exit {code}")).execute().unwrap().code(), Some(code));
        }
        let process = shell("exit 4").spawn().unwrap();
        until(|| !process.is_running().unwrap());
        assert_eq!(process.wait().unwrap().code(), Some(4));
    });
}

#[test]
fn the_streams_are_closed() {
    alone("the_streams_are_closed", || {
        // The ends of the pipes get the numbers of the streams.
        let saved: Vec<_> = (0..3)
            .map(|stream| {
                // SAFETY: nothing of the test uses the streams until they are put back.
                unsafe {
                    let copy = libc::fcntl(stream, libc::F_DUPFD_CLOEXEC, 100);
                    libc::close(stream);
                    copy
                }
            })
            .collect();
        let output = shell("cat; echo error >&2").input("input ").run();
        let process = shell("cat; echo error >&2").start();
        let read = process.and_then(|process| {
            process.write(b"text")?;
            process.close_stdin()?;
            process.wait()?;
            Ok((process.read(Stream::Stdout, 10)?, process.read(Stream::Stderr, 10)?))
        });
        for (stream, copy) in (0..).zip(saved) {
            // SAFETY: as above.
            unsafe { libc::dup2(copy, stream) };
        }
        let output = output.unwrap();
        assert_eq!(
            (output.stdout.as_slice(), output.stderr.as_slice()),
            (&b"input "[..], &b"error\n"[..])
        );
        assert_eq!(read.unwrap(), (Some(b"text".to_vec()), Some(b"error\n".to_vec())));
    });
}

#[test]
fn the_program_ignores_sigchld() {
    alone("the_program_ignores_sigchld", || {
        // SAFETY: a signal may be ignored at any time.
        unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
        let lost = codes::RT_ERROR_PROCESS_STATUS_LOST;
        assert_eq!(shell("exit 3").run().unwrap_err().code(), lost);
        assert_eq!(shell("exit 3").timeout(LONG).run().unwrap_err().code(), lost);
        assert_eq!(shell("exit 3").execute().unwrap_err().code(), lost);
        let process = shell("exit 3").spawn().unwrap();
        assert_eq!(process.wait().unwrap_err().code(), lost);
        assert_eq!(process.wait().unwrap_err().code(), codes::RT_ERROR_NOT_A_CHILD);
        let process = shell("exit 3").start().unwrap();
        assert_eq!(process.wait().unwrap_err().code(), lost);
        process.free().unwrap();
        let process = Command::new("sleep").arg("100").spawn().unwrap();
        assert!(process.kill().unwrap());
        until(|| !process.is_running().unwrap());
    });
}

#[test]
fn children_have_the_usual_signals() {
    alone("children_have_the_usual_signals", || {
        // SAFETY: the set is initialised by the first call; ignoring and holding back are harmless.
        unsafe {
            let mut all = std::mem::zeroed();
            libc::sigfillset(&raw mut all);
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, std::ptr::null_mut());
            libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        }
        let look = Command::new("cat").arg("/proc/self/status");
        let status = String::from_utf8(look.run().unwrap().stdout).unwrap();
        let mask = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            u64::from_str_radix(line.split_whitespace().last().unwrap(), 16).unwrap()
        };
        assert_eq!(mask("SigBlk:"), 0);
        assert_eq!(mask("SigIgn:") & 1 << (libc::SIGPIPE - 1), 0);
    });
}

#[test]
fn after_a_fork_the_children_are_the_parents() {
    alone("after_a_fork_the_children_are_the_parents", || {
        let number = Command::new("sleep").arg("100").spawn().unwrap();
        let handle = Command::new("cat").start().unwrap();
        // SAFETY: the new process calls nothing that another thread could have left locked.
        let fork = unsafe { libc::fork() };
        if fork == 0 {
            let not_ours = [
                number.kill().unwrap_err().code() == codes::RT_ERROR_NOT_A_CHILD,
                number.try_wait().unwrap_err().code() == codes::RT_ERROR_NOT_A_CHILD,
                handle.kill().unwrap_err().code() == codes::RT_ERROR_NOT_A_CHILD,
                handle.wait().unwrap_err().code() == codes::RT_ERROR_NOT_A_CHILD,
                shell("exit 3").spawn().unwrap().wait().unwrap().code() == Some(3),
            ];
            let failures = not_ours.iter().filter(|holds| !**holds).count();
            // SAFETY: ends the new process, without what the test's harness would do.
            unsafe { libc::_exit(failures as i32) };
        }
        let mut status = -1;
        // SAFETY: the status is written.
        assert_eq!(unsafe { libc::waitpid(fork, &raw mut status, 0) }, fork);
        assert_eq!(status, 0);
        for process in [number, handle] {
            assert!(process.is_running().unwrap());
            assert!(process.kill().unwrap());
            assert_eq!(status::number(process.wait().unwrap()), 128 + 9);
        }
    });
}

// ---- the end, and the start of others ----

fn say(text: &str) {
    let mut stdout = std::io::stdout();
    stdout.write_all(text.as_bytes()).unwrap();
    stdout.flush().unwrap();
}

fn buffered() {
    say("<buffered>");
}

extern "C" fn registered() {
    say("<registered>");
}

#[test]
fn before_a_child_starts_buffers_are_written() {
    let output = child("before_a_child_starts_buffers_are_written", || {
        assert!(hooks::at_abort(buffered));
        shell("printf '<child>'").execute().unwrap();
    });
    if let Some(output) = output {
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("<buffered><child>"), "{said}");
    }
}

#[test]
fn the_exit_writes_buffers_and_runs_what_is_registered() {
    let output = child("the_exit_writes_buffers_and_runs_what_is_registered", || {
        assert!(hooks::at_abort(buffered));
        // SAFETY: the function may be called at any time.
        unsafe { libc::atexit(registered) };
        exit(256 + 7);
    });
    if let Some(output) = output {
        assert_eq!(output.status.code(), Some(7));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("<buffered><registered>"), "{said}");
    }
}

#[test]
fn an_exit_inside_of_an_exit() {
    extern "C" fn again() {
        exit(9);
    }
    let output = child("an_exit_inside_of_an_exit", || {
        // SAFETY: the functions may be called at any time.
        unsafe {
            libc::atexit(registered);
            libc::atexit(again);
        }
        exit(8);
    });
    if let Some(output) = output {
        assert_eq!(output.status.code(), Some(9));
        assert!(String::from_utf8(output.stdout).unwrap().contains("<registered>"));
        assert_eq!(output.stderr, b"");
    }
}

#[test]
fn several_threads_exit_at_once() {
    let output = child("several_threads_exit_at_once", || {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| exit(6));
            }
        });
    });
    if let Some(output) = output {
        assert_eq!(output.status.code(), Some(6));
    }
}
