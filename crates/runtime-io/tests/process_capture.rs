//! Captures of the whole process. One test, because they see what all threads print.

use std::thread;

use runtime_io::capture::{self, Scope};
use runtime_io::{Stream, codes};

#[test]
fn all_threads_are_captured_but_those_that_do_it_themselves() {
    let (scope, stream) = (Scope::Process, Stream::Stdout);
    assert_eq!(capture::stop(scope, stream).unwrap_err().code(), codes::RT_ERROR_NOT_CAPTURING);
    capture::start(scope, stream).unwrap();
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..1000 {
                    Stream::Stdout.println(b"whole").unwrap();
                }
            });
        }
        threads.spawn(|| {
            let (_, own) =
                capture::during(Stream::Stdout, || Stream::Stdout.print(b"own").unwrap()).unwrap();
            assert_eq!(own, b"own");
        });
    });
    assert!(capture::is_on(scope, stream));
    assert!(!capture::is_on(scope, Stream::Stderr));
    capture::start(scope, stream).unwrap();
    Stream::Stdout.print(b"inner").unwrap();
    assert_eq!(capture::stop(scope, stream).unwrap(), b"inner");
    let text = String::from_utf8(capture::text(scope, stream).unwrap()).unwrap();
    assert_eq!(text.lines().count(), 4000);
    assert!(text.lines().all(|line| line == "whole"));
    capture::clear(scope, stream);
    Stream::Stdout.print(b"end").unwrap();
    assert_eq!(capture::stop(scope, stream).unwrap(), b"end");
    assert!(!capture::is_on(scope, stream));
}
