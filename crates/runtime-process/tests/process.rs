//! Processes that go on by themselves: by number and by handle.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::thread;
use std::time::{Duration, Instant};

use runtime_core::error::codes as core_codes;
use runtime_process::command::Stdio;
use runtime_process::{Command, Process, Stream, codes, host, status};

/// Longer than anything here takes, so that only what hangs is ended by it.
const LONG: Duration = Duration::from_secs(60);

fn shell(script: &str) -> Command {
    Command::new("sh").arg("-c").arg(script)
}

/// A process that says nothing and ends when its input does.
fn patient() -> Process {
    Command::new("cat").start().unwrap()
}

fn read_all(process: Process, stream: Stream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(bytes) = process.read(stream, 1 << 20).unwrap() {
        all.extend(bytes);
    }
    all
}

fn code<T: std::fmt::Debug>(result: runtime_core::Result<T>) -> i64 {
    result.unwrap_err().code()
}

// ---- by number ----

#[test]
fn a_number_tells_the_end_once() {
    let process = shell("exit 6").spawn().unwrap();
    assert_eq!(process.pid().unwrap(), process.number());
    assert_eq!(process.wait().unwrap().code(), Some(6));
    assert_eq!(code(process.wait()), codes::RT_ERROR_NOT_A_CHILD);
    assert_eq!(code(process.kill()), codes::RT_ERROR_NOT_A_CHILD);
    assert_eq!(code(process.pid()), codes::RT_ERROR_NOT_A_CHILD);
    assert_eq!(code(process.free()), core_codes::RT_ERROR_NOT_A_HANDLE);
    assert_eq!(code(process.write(b"x")), core_codes::RT_ERROR_NOT_A_HANDLE);
}

#[test]
fn a_number_can_be_killed() {
    let process = Command::new("sleep").arg("100").spawn().unwrap();
    assert_eq!(process.try_wait().unwrap(), None);
    assert_eq!(process.wait_for(Duration::from_millis(10)).unwrap(), None);
    assert!(process.is_running().unwrap());
    assert!(process.kill().unwrap());
    let ended = process.wait_for(LONG).unwrap().unwrap();
    assert_eq!(status::number(ended), 128 + 9);
}

#[test]
fn an_end_waits_for_who_asks() {
    let process = shell("exit 9").spawn().unwrap();
    let start = Instant::now();
    while process.is_running().unwrap() {
        assert!(start.elapsed() < LONG);
        thread::sleep(Duration::from_millis(1));
    }
    assert!(!process.kill().unwrap());
    assert!(!process.is_running().unwrap());
    assert_eq!(process.try_wait().unwrap().unwrap().code(), Some(9));
    assert_eq!(code(process.is_running()), codes::RT_ERROR_NOT_A_CHILD);
}

#[test]
fn numbers_of_strangers_are_refused() {
    let mut stranger = std::process::Command::new("sleep").arg("100").spawn().unwrap();
    for number in [i64::from(stranger.id()), 1, 0, -1, i64::from(i32::MAX), i64::from(i32::MIN)] {
        let process = Process::of(number);
        assert_eq!(code(process.signal(9)), codes::RT_ERROR_NOT_A_CHILD);
        assert_eq!(code(process.try_wait()), codes::RT_ERROR_NOT_A_CHILD);
    }
    for number in [i64::from(i32::MAX) + 1, i64::MAX, i64::MIN, 1 << 54] {
        assert_eq!(code(Process::of(number).kill()), core_codes::RT_ERROR_NOT_A_HANDLE);
    }
    assert_eq!(stranger.try_wait().unwrap(), None, "it was not touched");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[test]
fn who_started_others_keeps_their_ends() {
    let mut others: Vec<_> = (0..20)
        .map(|number| {
            Command::new("true").spawn().unwrap();
            let mut other = std::process::Command::new("sh");
            other.args(["-c", &format!("exit {number}")]).spawn().unwrap()
        })
        .collect();
    for (number, other) in others.iter_mut().enumerate() {
        assert_eq!(other.wait().unwrap().code(), Some(number as i32));
    }
}

#[test]
fn signals_have_numbers() {
    let process =
        shell("trap 'exit 3' USR1; echo ready; while :; do sleep 0.01; done").start().unwrap();
    assert_eq!(process.read(Stream::Stdout, 100).unwrap().unwrap(), b"ready\n");
    for wrong in [0, -1, -9, 1000, i64::MAX, i64::MIN] {
        assert_eq!(code(process.signal(wrong)), core_codes::RT_ERROR_INVALID_ARGUMENT);
    }
    assert!(process.signal(i64::from(libc::SIGUSR1)).unwrap());
    assert_eq!(process.wait().unwrap().code(), Some(3));
    assert!(!process.signal(i64::from(libc::SIGUSR1)).unwrap());
    process.free().unwrap();
}

#[test]
fn a_group_is_signalled_as_a_whole() {
    let process = shell("sleep 100 & echo $!; wait").group().start().unwrap();
    process.read(Stream::Stdout, 100).unwrap().unwrap();
    assert!(process.kill().unwrap());
    // The stream ends when both have ended: each of them holds it.
    assert_eq!(process.read(Stream::Stdout, 100).unwrap(), None);
    assert_eq!(status::number(process.wait().unwrap()), 128 + 9);
    process.free().unwrap();
}

#[test]
fn processes_exist_or_not() {
    assert!(host::process_exists(i64::from(host::pid())));
    assert!(host::process_exists(i64::from(host::parent_pid())));
    for number in [0, -1, i64::MIN, i64::MAX, i64::from(i32::MAX)] {
        assert!(!host::process_exists(number));
    }
}

// ---- by handle ----

#[test]
fn a_conversation() {
    let process = patient();
    assert_ne!(process.number(), process.pid().unwrap());
    for line in [&b"one\n"[..], b"\xff\0\n", b"three\n"] {
        process.write(line).unwrap();
        assert_eq!(process.read(Stream::Stdout, 100).unwrap().unwrap(), line);
    }
    assert_eq!(process.try_wait().unwrap(), None);
    process.close_stdin().unwrap();
    process.close_stdin().unwrap();
    assert_eq!(code(process.write(b"late")), codes::RT_ERROR_PROCESS_NO_PIPE);
    assert_eq!(process.read(Stream::Stdout, 100).unwrap(), None);
    assert_eq!(process.read(Stream::Stderr, 100).unwrap(), None);
    for _ in 0..3 {
        assert!(process.wait().unwrap().success());
        assert!(process.try_wait().unwrap().unwrap().success());
    }
    process.free().unwrap();
    assert_eq!(code(process.free()), core_codes::RT_ERROR_STALE_HANDLE);
    assert_eq!(code(process.wait()), core_codes::RT_ERROR_STALE_HANDLE);
}

#[test]
fn reads_have_limits() {
    let process = shell("printf abcdef; printf oops >&2; cat").start().unwrap();
    assert_eq!(process.read(Stream::Stdout, 0).unwrap().unwrap(), b"");
    let mut read = Vec::new();
    while read.len() < 6 {
        let part = process.read(Stream::Stdout, 4).unwrap().unwrap();
        assert!(part.len() <= 4);
        read.extend(part);
    }
    assert_eq!(read, b"abcdef");
    assert_eq!(process.read(Stream::Stderr, usize::MAX).unwrap().unwrap(), b"oops");
    let nothing = process.read_for(Stream::Stdout, 10, Duration::from_millis(5)).unwrap();
    assert_eq!(nothing.unwrap(), b"");
    process.write(b"more").unwrap();
    assert_eq!(process.read_for(Stream::Stdout, 10, LONG).unwrap().unwrap(), b"more");
    process.close_stdin().unwrap();
    assert_eq!(process.read_for(Stream::Stdout, 10, LONG).unwrap(), None);
    process.free().unwrap();
}

#[test]
fn much_in_both_directions_with_two_threads() {
    let process = patient();
    let text = vec![b'x'; 8 << 20];
    thread::scope(|scope| {
        scope.spawn(|| {
            process.write(&text).unwrap();
            process.close_stdin().unwrap();
        });
        assert!(read_all(process, Stream::Stdout) == text);
    });
    assert!(process.wait().unwrap().success());
    process.free().unwrap();
}

#[test]
fn texts_of_several_threads_do_not_mix() {
    let process = patient();
    let length = 3 << 16;
    let mut read = Vec::new();
    thread::scope(|scope| {
        for letter in b'a'..b'e' {
            scope.spawn(move || process.write(&vec![letter; length]).unwrap());
        }
        while read.len() < 4 * length {
            read.extend(process.read(Stream::Stdout, 1 << 20).unwrap().unwrap());
        }
    });
    for part in read.chunks(length) {
        assert!(part.iter().all(|byte| *byte == part[0]));
    }
    process.free().unwrap();
}

#[test]
fn who_reads_no_more_is_written_to_in_vain() {
    let process = shell("exec <&-; echo closed; sleep 100").start().unwrap();
    assert_eq!(process.read(Stream::Stdout, 100).unwrap().unwrap(), b"closed\n");
    let refusal = process.write(b"lost").unwrap_err();
    assert_eq!(refusal.code(), codes::RT_ERROR_PROCESS_CLOSED_PIPE);
    assert_eq!(refusal.errno(), libc::EPIPE);
    assert!(process.kill().unwrap());
    process.free().unwrap();
}

#[test]
fn streams_without_pipes_are_told() {
    let command = Command::new("cat").stdin(Stdio::Null).stdout(Stdio::Null).stderr(Stdio::Stdout);
    let process = command.start().unwrap();
    for stream in [Stream::Stdout, Stream::Stderr] {
        assert_eq!(code(process.read(stream, 10)), codes::RT_ERROR_PROCESS_NO_PIPE);
    }
    assert_eq!(code(process.write(b"")), codes::RT_ERROR_PROCESS_NO_PIPE);
    assert!(process.wait().unwrap().success());
    process.free().unwrap();
}

#[test]
fn several_threads_wait_for_one() {
    let process = patient();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(process.wait().unwrap().success()));
        }
        process.close_stdin().unwrap();
    });
    process.free().unwrap();
}

#[test]
fn one_waits_and_another_kills() {
    for process in [patient(), Command::new("sleep").arg("100").spawn().unwrap()] {
        thread::scope(|scope| {
            scope.spawn(|| assert_eq!(status::number(process.wait().unwrap()), 128 + 15));
            assert!(process.signal(15).unwrap());
        });
        let _ = process.free();
    }
}

#[test]
fn a_freed_process_runs_on() {
    let process = shell("read line; exit 8").start().unwrap();
    let pid = process.pid().unwrap();
    process.free().unwrap();
    // Its input ended with the handle. It is known by its number now.
    assert_eq!(Process::of(pid).wait().unwrap().code(), Some(8));
    assert_eq!(code(Process::of(pid).wait()), codes::RT_ERROR_NOT_A_CHILD);
}

#[test]
fn freeing_while_others_read() {
    let process = patient();
    thread::scope(|scope| {
        let reader = scope.spawn(|| process.read(Stream::Stdout, 10));
        process.close_stdin().unwrap();
        process.free().unwrap();
        // It got the end, or came too late.
        match reader.join().unwrap() {
            Ok(end) => assert_eq!(end, None),
            Err(refusal) => assert_eq!(refusal.code(), core_codes::RT_ERROR_STALE_HANDLE),
        }
    });
}
