//! Programs that are run to their end.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use runtime_core::error::codes as core_codes;
use runtime_process::command::Stdio;
use runtime_process::{Command, Output, codes, status};

/// Longer than anything here takes, so that only what hangs is ended by it.
const LONG: Duration = Duration::from_secs(60);

fn shell(script: &str) -> Command {
    Command::new("sh").arg("-c").arg(script)
}

fn run(script: &str) -> Output {
    shell(script).run().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The output of the first run that is as wanted, of runs with longer and longer times: on a busy
/// machine a program may need long to come as far as the test wants it to.
fn eventually(command: &Command, is_wanted: impl Fn(&Output) -> bool) -> Output {
    for time in (6..16).map(|power| Duration::from_millis(1 << power)) {
        let output = command.clone().timeout(time).run().unwrap();
        assert!(output.timed_out);
        assert_eq!(output.trouble().unwrap().code(), codes::RT_ERROR_PROCESS_TIMED_OUT);
        if is_wanted(&output) {
            return output;
        }
    }
    panic!("no time is long enough");
}

// ---- ends ----

#[test]
fn an_exit_code_comes_back() {
    for code in [0, 1, 2, 127, 128, 255] {
        let output = run(&format!("exit {code}"));
        assert_eq!(status::number(output.status), code);
        assert!(output.trouble().is_none());
    }
}

#[test]
fn a_signal_is_told_from_an_exit_code() {
    for (name, number) in [("KILL", 9), ("TERM", 15), ("PIPE", 13), ("ABRT", 6)] {
        let output = run(&format!("ulimit -c 0; printf before; kill -{name} $$; exit 0"));
        assert_eq!(status::number(output.status), 128 + number);
        assert_eq!(output.stdout, b"before");
        let trouble = output.trouble().unwrap();
        assert_eq!(trouble.code(), codes::RT_ERROR_PROCESS_SIGNALED);
        assert!(trouble.reason().contains(&format!("SIG{name}")), "{trouble}");
        // The same number, from a program that chose it.
        assert!(run(&format!("exit {}", 128 + number)).trouble().is_none());
    }
}

// ---- streams ----

#[test]
fn output_is_bytes_as_they_are() {
    let output = run(r"printf 'a\377\0b\303\n'; printf '\200' >&2");
    assert_eq!(output.stdout, b"a\xff\0b\xc3\n");
    assert_eq!(output.stderr, b"\x80");
}

#[test]
fn without_input_there_is_none() {
    assert_eq!(Command::new("cat").timeout(LONG).run().unwrap().stdout, b"");
}

#[test]
fn much_on_both_streams_at_once_and_much_input() {
    const MUCH: usize = 64 << 20;
    let script = "cat & head -c 67108864 /dev/zero >&2; wait";
    // A background job of a shell reads nothing unless it is told to.
    let script = script.replace("cat &", "cat <&3 &");
    let command = shell(&format!("exec 3<&0; {script}")).timeout(LONG);
    let input: Vec<u8> = (0..MUCH).map(|index| (index % 251) as u8).collect();
    let output = command.input(input.clone()).run().unwrap();
    assert!(!output.timed_out && output.status.success());
    assert!(output.stdout == input, "{} bytes came back", output.stdout.len());
    assert_eq!(output.stderr.len(), MUCH);
}

#[test]
fn input_need_not_be_read() {
    let output = shell("exec <&-; sleep 0.02; echo done").input(vec![b'x'; 1 << 20]).run().unwrap();
    assert_eq!(output.stdout, b"done\n");
    assert!(output.status.success());
    assert_eq!(shell("head -c 3").input(vec![b'x'; 1 << 20]).run().unwrap().stdout, b"xxx");
}

#[test]
fn streams_go_where_they_are_sent() {
    let both = "echo one; echo two >&2; echo three";
    let output = shell(both).stderr(Stdio::Stdout).run().unwrap();
    assert_eq!(output.stdout, b"one\ntwo\nthree\n");
    assert_eq!(output.stderr, b"");
    let output = shell(both).stdout(Stdio::Null).run().unwrap();
    assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b""[..], &b"two\n"[..]));
    assert!(shell("cat; exit 0").stdin(Stdio::Null).execute().unwrap().success());
}

#[test]
fn only_so_much_is_kept() {
    let output = shell("head -c 300000 /dev/zero; printf abc >&2").max_output(1000).run().unwrap();
    assert_eq!((output.stdout.len(), output.stderr.as_slice()), (1000, &b"abc"[..]));
    assert_eq!(output.dropped, 299_000);
    assert_eq!(output.trouble().unwrap().code(), codes::RT_ERROR_PROCESS_OUTPUT_CUT);
    let output = shell("printf abc").max_output(3).run().unwrap();
    assert_eq!((output.stdout.as_slice(), output.dropped), (&b"abc"[..], 0));
    assert!(output.trouble().is_none());
    let output = shell("printf abc").max_output(0).run().unwrap();
    assert_eq!((output.stdout.as_slice(), output.dropped), (&b""[..], 3));
}

/// The descriptors that a child has beyond the three streams.
fn inherited() -> Vec<String> {
    let output = run("ls -l /proc/$$/fd");
    let entries = text(&output.stdout).lines().filter_map(|line| line.split_once(" -> "));
    entries
        .filter(|(name, _)| {
            !["0", "1", "2"].iter().any(|stream| name.ends_with(&format!(" {stream}")))
        })
        .map(|(_, target)| target.to_string())
        .collect()
}

#[test]
fn children_get_no_descriptor_of_ours() {
    let before = inherited();
    let others = thread::spawn(|| {
        for _ in 0..20 {
            run("sleep 0.01");
        }
    });
    for _ in 0..20 {
        assert_eq!(inherited(), before);
    }
    others.join().unwrap();
}

// ---- where, and with what ----

#[test]
fn arguments_arrive_as_they_are() {
    let arguments = ["", "a b", "$HOME", "*", "--", "\n", "\u{20ac}"];
    let output = Command::new("sh")
        .args(["-c", r#"for a; do printf '<%s>' "$a"; done"#, "sh"])
        .args(arguments)
        .run()
        .unwrap();
    assert_eq!(text(&output.stdout), "<><a b><$HOME><*><--><\n><\u{20ac}>");
}

#[test]
fn the_directory_is_the_one_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = fs::canonicalize(folder.path()).unwrap();
    let output = Command::new("pwd").cwd(&path).run().unwrap();
    assert_eq!(text(&output.stdout).trim_end(), path.to_str().unwrap());
    let output = shell("pwd").cwd(folder.path()).env("PWD", "/").run().unwrap();
    assert_eq!(text(&output.stdout).trim_end(), path.to_str().unwrap());
    // A program's path is relative to it, and so is a place of PATH.
    symlink("/bin/sh", path.join("own-shell")).unwrap();
    for command in [
        Command::new("./own-shell").cwd(&path),
        Command::new("own-shell").cwd(&path).env("PATH", "/nowhere::/bin"),
        Command::new("own-shell")
            .cwd(path.parent().unwrap())
            .env("PATH", path.file_name().unwrap()),
    ] {
        assert_eq!(command.args(["-c", "echo here"]).run().unwrap().stdout, b"here\n");
    }
}

#[test]
fn variables_are_set_taken_away_and_cleared() {
    let script = r#"echo "${ONE-unset} ${TWO-unset} ${HOME-unset}""#;
    let output =
        shell(script).env("ONE", "first").env("ONE", "1").env_remove("HOME").run().unwrap();
    assert_eq!(output.stdout, b"1 unset unset\n");
    let output = Command::new("env").env_clear().env("B", "2").env("A", "=\n").run().unwrap();
    assert_eq!(output.stdout, b"A==\n\nB=2\n");
    let output = Command::new("env").env_clear().run().unwrap();
    assert_eq!(output.stdout, b"");
}

#[test]
fn bad_variables_are_refused() {
    for name in ["", "A=B", "A\0", "=", "\0"] {
        let refusal = Command::new("true").env(name, "x").run().unwrap_err();
        assert_eq!(refusal.code(), codes::RT_ERROR_ENV_NAME, "{refusal}");
        let refusal = Command::new("true").env_remove(name).run().unwrap_err();
        assert_eq!(refusal.code(), codes::RT_ERROR_ENV_NAME, "{refusal}");
    }
    let refusal = Command::new("true").env("A", "x\0y").run().unwrap_err();
    assert_eq!(refusal.code(), codes::RT_ERROR_ENV_VALUE);
    assert_eq!(refusal.reason(), "the value of the variable \"A\" has a zero byte at 1");
}

#[test]
fn the_path_is_the_childs() {
    let folder = tempfile::tempdir().unwrap();
    symlink("/bin/sh", folder.path().join("only-here")).unwrap();
    let command = Command::new("only-here").args(["-c", "echo found"]);
    assert_eq!(command.run().unwrap_err().code(), codes::RT_ERROR_PROGRAM_NOT_FOUND);
    assert_eq!(command.clone().env("PATH", folder.path()).run().unwrap().stdout, b"found\n");
    let output = Command::new("sh").env_remove("PATH").args(["-c", "echo usual"]).run().unwrap();
    assert_eq!(output.stdout, b"usual\n");
}

// ---- failures to start ----

fn refusal(program: impl AsRef<Path>) -> (i64, i32) {
    let refusal = Command::new(program.as_ref()).run().unwrap_err();
    (refusal.code(), refusal.errno())
}

#[test]
fn what_cannot_be_started_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let not_found = codes::RT_ERROR_PROGRAM_NOT_FOUND;
    let not_executable = codes::RT_ERROR_PROGRAM_NOT_EXECUTABLE;
    assert_eq!(refusal("surely-no-program"), (not_found, libc::ENOENT));
    assert_eq!(refusal(place("vanished")), (not_found, libc::ENOENT));
    assert_eq!(refusal("/bin/sh/below-a-file"), (not_found, libc::ENOTDIR));
    assert_eq!(refusal(folder.path()), (not_executable, libc::EACCES));
    let plain = place("plain");
    fs::write(&plain, "echo never\n").unwrap();
    assert_eq!(refusal(&plain), (not_executable, libc::EACCES));
    // Found on the PATH, but unfit, and nowhere else.
    let found = Command::new("plain").env("PATH", folder.path()).run().unwrap_err();
    assert_eq!((found.code(), found.errno()), (not_executable, libc::EACCES));
    let missing = Command::new("true").cwd(place("nowhere")).run().unwrap_err();
    assert_eq!((missing.code(), missing.errno()), (core_codes::RT_ERROR_SYSTEM, libc::ENOENT));
    assert!(missing.reason().starts_with("cwd "), "{missing}");
    let no_folder = Command::new("true").cwd(&plain).run().unwrap_err();
    assert_eq!(no_folder.errno(), libc::ENOTDIR);
    for program in ["", "a\0b", "/bin/\0"] {
        assert_eq!(refusal(program), (core_codes::RT_ERROR_INVALID_ARGUMENT, 0));
    }
    let zero = Command::new("true").args(["fine", "not\0so"]).run().unwrap_err();
    assert_eq!(zero.reason(), "args[1] has a zero byte at 3");
}

#[test]
fn files_of_no_known_format_are_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    // A child that another test is starting may have the file open for a moment still.
    let settled = |path: &Path| {
        loop {
            match refusal(path) {
                (_, libc::ETXTBSY) => thread::yield_now(),
                other => return other,
            }
        }
    };
    let not_executable = codes::RT_ERROR_PROGRAM_NOT_EXECUTABLE;
    let noise = make("noise", "no program\n");
    assert_eq!(settled(&noise), (not_executable, libc::ENOEXEC));
    let orphan = make("orphan", "#!/surely/no/interpreter\n");
    assert_eq!(settled(&orphan), (not_executable, libc::ENOENT));
}

#[test]
fn too_many_arguments_are_the_systems_business() {
    let refusal = Command::new("true").arg("x".repeat(1 << 20)).run().unwrap_err();
    assert_eq!((refusal.code(), refusal.errno()), (core_codes::RT_ERROR_SYSTEM, libc::E2BIG));
}

// ---- time-outs ----

#[test]
fn what_is_in_time_is_not_hurried() {
    let output = shell("sleep 0.02; echo done; exit 4").timeout(LONG).grace(LONG).run().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(!output.timed_out && output.trouble().is_none());
    let ages = Duration::from_secs(u64::MAX);
    assert!(Command::new("true").timeout(ages).run().unwrap().status.success());
    assert!(Command::new("true").timeout(LONG).execute().unwrap().success());
}

#[test]
fn a_timeout_ends_what_ignores_sigterm() {
    let stubborn = shell("trap '' TERM; echo ready; while :; do sleep 60; done");
    for grace in [Duration::ZERO, Duration::from_millis(50)] {
        let command = stubborn.clone().grace(grace);
        let output = eventually(&command, |output| output.stdout == b"ready\n");
        assert_eq!(status::number(output.status), 128 + 9);
    }
}

#[test]
fn with_grace_a_program_can_put_things_in_order() {
    let script = "trap 'echo in order; exit 7' TERM; echo ready; while :; do sleep 0.01; done";
    let output = eventually(&shell(script).grace(LONG), |output| output.stdout != b"");
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(output.stdout, b"ready\nin order\n");
}

#[test]
fn no_time_at_all() {
    let output = shell("sleep 60").timeout(Duration::ZERO).run().unwrap();
    assert!(output.timed_out);
    assert_eq!(status::number(output.status), 128 + 9);
}

#[test]
fn the_whole_group_is_killed() {
    let output =
        shell("sleep 60 & echo $!; wait").timeout(Duration::from_millis(200)).run().unwrap();
    assert!(output.timed_out);
    let grandchild: i32 = text(&output.stdout).trim().parse().unwrap();
    // It was killed; somebody reaps it soon, if there is anybody to reap orphans.
    let stat = format!("/proc/{grandchild}/stat");
    let is_over = || {
        let stat = fs::read_to_string(&stat).unwrap_or_default();
        let state = stat.rsplit(')').next().unwrap().trim_start().chars().next();
        matches!(state, None | Some('Z' | 'X'))
    };
    let start = Instant::now();
    while !is_over() {
        assert!(start.elapsed() < LONG);
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn who_left_the_group_does_not_hold_the_run_up() {
    // It holds both pipes, and goes on for longer than the test may take.
    let script = "setsid sh -c 'echo $$; exec sleep 100' & wait; exit 5";
    let output = eventually(&shell(script), |output| output.stdout != b"");
    let runaway: i32 = text(&output.stdout).trim().parse().unwrap();
    // SAFETY: the process was started above and is known to live.
    assert_eq!(unsafe { libc::kill(runaway, libc::SIGKILL) }, 0);
}

#[test]
fn who_writes_for_ever_is_late_all_the_same() {
    let command = shell("yes & exec yes >&2").max_output(10);
    let output = eventually(&command, |output| output.stderr.len() == 10 && output.stdout != b"");
    assert!(b"y\ny\ny\ny\ny\n".starts_with(&output.stdout));
    // Outside of the group, nobody stops it; but nobody listens any more.
    let command = shell("setsid yes & wait").timeout(Duration::from_millis(100));
    assert!(command.max_output(10).run().unwrap().timed_out);
}

#[test]
fn a_program_that_has_ended_in_time_keeps_its_code() {
    // The stream is held open for longer.
    let command = shell("sleep 60 & exit 3");
    eventually(&command, |output| output.status.code() == Some(3));
}

// ---- many ----

#[test]
fn many_at_once() {
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                for _ in 0..10 {
                    let output = run(&format!("echo {number}; exit {number}"));
                    assert_eq!(text(&output.stdout), format!("{number}\n"));
                    assert_eq!(output.status.code(), Some(number));
                }
            });
        }
    });
}
