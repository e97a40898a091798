//! The end of a process by a violation. The program runs itself as the child.
//!
//! It has no test harness, because a harness stands between a process and its end. It answers the two
//! questions that runners ask.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::io::Write;
use std::process::{Command, ExitStatus};

use runtime_contracts::{Kind, check, clear_handler, set_handler};
use runtime_core::hooks;

/// The environment variable that makes this process a child.
const ROLE: &str = "RUNTIME_CONTRACTS_TEST_ROLE";

/// Name, what the child does, what it leaves on standard output and on standard error.
type Test = (&'static str, fn(), &'static str, &'static str);

const TESTS: &[Test] = &[
    (
        "a_violation_ends_the_process",
        violate,
        "",
        "Postcondition violation in function 'root': contract condition failed (below zero)\n",
    ),
    (
        "hooks_run_before_the_end",
        violate_with_hook,
        "flushed",
        "Exit invariant violation in function 'f': contract condition failed\n",
    ),
    (
        "without_a_handler_again",
        violate_without_handler_again,
        "handled\n",
        "Assertion violation in function 'g': contract condition failed\n",
    ),
];

fn main() {
    if let Ok(role) = std::env::var(ROLE) {
        let (_, child, ..) = TESTS.iter().find(|(name, ..)| *name == role).unwrap();
        child();
        // A child that comes here has failed, and ends without a signal.
        return;
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
    for (name, _, stdout, stderr) in TESTS {
        if !ignored && wanted.is_none_or(|wanted| name.contains(wanted.as_str())) {
            let output =
                Command::new(std::env::current_exe().unwrap()).env(ROLE, name).output().unwrap();
            assert_eq!(String::from_utf8(output.stderr).unwrap(), *stderr, "{name}");
            assert_eq!(String::from_utf8(output.stdout).unwrap(), *stdout, "{name}");
            assert!(was_aborted(output.status), "{name}: {}", output.status);
            run += 1;
        }
    }
    println!("test result: ok. {run} passed; 0 failed");
}

#[cfg(unix)]
fn was_aborted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}

#[cfg(not(unix))]
fn was_aborted(status: ExitStatus) -> bool {
    !status.success()
}

fn violate() {
    check(true, Kind::Precondition, "root", None).unwrap();
    let _ = check(false, Kind::Postcondition, "root", Some("below zero"));
}

fn violate_with_hook() {
    assert!(hooks::at_abort(|| {
        let _ = std::io::stdout().write_all(b"flushed");
        let _ = std::io::stdout().flush();
    }));
    let _ = check(false, Kind::ExitInvariant, "f", Some(""));
}

fn violate_without_handler_again() {
    set_handler(|_| println!("handled"));
    assert!(check(false, Kind::Assertion, "g", None).is_err());
    clear_handler();
    let _ = check(false, Kind::Assertion, "g", None);
}
