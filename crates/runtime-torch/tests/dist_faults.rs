//! Ranks that die, stall, leave, or do something else than the others: all others get an error in time, and
//! can form a group again.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/ranks.rs"]
mod ranks;
#[path = "common/values.rs"]
mod values;

use std::net::TcpListener;
use std::time::{Duration, Instant};
use std::{fs, thread};

use ranks::{
    End, Rank, free_port, init, init_with, rank, refusal, run, said, say, try_init, variable,
};
use runtime_core::error::last_message;
use runtime_torch::codes::*;
use runtime_torch::ffi::dist::collectives::*;
use runtime_torch::ffi::dist::group::*;
use runtime_torch::ffi::dist::messages::*;
use runtime_torch::ffi::dist::work::*;
use runtime_torch::objects::free_tensor;
use runtime_value::RuntimeValue;
use tch::{Device, Kind, Tensor};
use values::{give, take};

const NIL: RuntimeValue = RuntimeValue::NIL;

/// Long enough for what answers at once, however busy the machine is; half an hour is the time-out then.
const AT_ONCE: Duration = Duration::from_secs(20);

const PROGRAMS: &[(&str, ranks::Program)] = &[
    ("dies", dies),
    ("idle", idle),
    ("stalls", stalls),
    ("leaves", leaves),
    ("mismatches", mismatches),
    ("message_mismatch", message_mismatch),
    ("world_size", world_size),
    ("wait_for_all", wait_for_all),
    ("pending", pending),
];

#[test]
#[ignore = "a rank, which the other tests start"]
fn one_rank() {
    ranks::dispatch(PROGRAMS);
}

#[track_caller]
fn done(result: i64) {
    assert_eq!(result, 1, "{:?}", last_message());
}

fn numbers(count: i64) -> RuntimeValue {
    give(&Tensor::ones([count], (Kind::Float, Device::Cpu)))
}

/// What a rank has to say of a call: its error's code, or 0, and how long it took.
fn tell(call: impl FnOnce() -> i64) -> (i64, String) {
    let began = Instant::now();
    let result = call();
    say("milliseconds", began.elapsed().as_millis());
    let (code, text) = if result == 1 { (0, String::new()) } else { refusal() };
    say("code", code);
    say("text", text.replace('\n', " "));
    (code, text)
}

/// Forms a group anew of those who are left, which works.
fn meet_again(rank: i64, size: i64, port: i64) {
    done(rt_torch_dist_destroy_process_group());
    let method = format!("tcp://127.0.0.1:{port}");
    done(init_with(&method, rank, size, 60_000));
    let tensor = numbers(4);
    done(rt_torch_dist_all_reduce(tensor, 0));
    assert_eq!(take(tensor).double_value(&[3]), size as f64);
    done(rt_torch_dist_destroy_process_group());
}

fn code(end: &End) -> i64 {
    said(&end.text)["code"].parse().unwrap()
}

/* ---- a rank that dies ---- */

#[test]
fn a_rank_is_killed_in_a_collective() {
    let folder = tempfile::tempdir().unwrap();
    let ready = folder.path().join("ready");
    let more = [("READY", ready.display().to_string()), ("NEXT_PORT", free_port().to_string())];
    let mut ranks = ranks::start("dies", 4, &more);
    let began = Instant::now();
    while !ready.exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "the ranks did not meet");
        thread::sleep(Duration::from_millis(10));
    }
    // The others are in it by now, and wait for this one.
    thread::sleep(Duration::from_millis(300));
    ranks.remove(3).kill();
    let killed = Instant::now();
    for end in ranks.into_iter().map(Rank::end) {
        assert!(end.is_done, "{}", end.text);
        // Also those who are not its neighbours: the time-out is half an hour.
        assert_eq!(code(&end), RT_ERROR_TORCH_DIST_PEER, "{}", end.text);
    }
    assert!(killed.elapsed() < AT_ONCE);
}

fn dies() {
    init(0);
    let me = rank();
    done(rt_torch_dist_barrier());
    if me == 3 {
        fs::write(std::env::var("READY").unwrap(), "").unwrap();
        thread::sleep(Duration::from_secs(60));
        return;
    }
    tell(|| rt_torch_dist_all_reduce(numbers(100_000), 0));
    // It stays so.
    assert_eq!(rt_torch_dist_barrier(), 0);
    assert_eq!(refusal().0, RT_ERROR_TORCH_DIST_PEER);
    meet_again(me, 3, variable("NEXT_PORT"));
}

#[test]
fn a_rank_died_while_nobody_asked() {
    let texts = ranks::start("idle", 2, &[]).into_iter().map(Rank::end).collect::<Vec<_>>();
    assert!(texts[0].is_done, "{}", texts[0].text);
    assert_eq!(code(&texts[0]), RT_ERROR_TORCH_DIST_PEER, "{}", texts[0].text);
}

fn idle() {
    init(0);
    done(rt_torch_dist_barrier());
    if rank() == 1 {
        // SAFETY: it ends this process.
        unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
    }
    thread::sleep(Duration::from_millis(500));
    tell(|| rt_torch_dist_all_reduce(numbers(4), 0));
}

/* ---- a rank that stalls ---- */

#[test]
fn a_rank_stalls() {
    let more = [("NEXT_PORT", free_port().to_string())];
    let texts = run("stalls", 3, &more);
    let said = texts.iter().map(|text| said(text)).collect::<Vec<_>>();
    for said in &said[..2] {
        let code: i64 = said["code"].parse().unwrap();
        let known = [RT_ERROR_TORCH_DIST_TIMEOUT, RT_ERROR_TORCH_DIST_PEER].contains(&code);
        assert!(known, "{said:?}");
        // One of them is the first to lose patience, and the others hear of it.
        let time: i64 = said["milliseconds"].parse().unwrap();
        assert!((800..10_000).contains(&time), "{said:?}");
    }
    assert!(said[..2].iter().any(|said| said["code"] == RT_ERROR_TORCH_DIST_TIMEOUT.to_string()));
}

fn stalls() {
    init(60_000);
    let me = rank();
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_set_timeout(1000));
    if me == 2 {
        thread::sleep(Duration::from_secs(4));
        // It comes too late.
        assert_eq!(rt_torch_dist_all_reduce(numbers(4), 0), 0);
        refusal();
    } else {
        tell(|| rt_torch_dist_all_reduce(numbers(4), 0));
    }
    meet_again(me, 3, variable("NEXT_PORT"));
}

/* ---- a rank that leaves ---- */

#[test]
fn a_rank_leaves() {
    let texts = run("leaves", 3, &[]);
    for text in &texts[..2] {
        assert_eq!(said(text)["code"], RT_ERROR_TORCH_DIST_PEER.to_string(), "{text}");
    }
}

fn leaves() {
    init(0);
    done(rt_torch_dist_barrier());
    if rank() == 2 {
        done(rt_torch_dist_destroy_process_group());
        thread::sleep(Duration::from_secs(2));
        return;
    }
    tell(|| rt_torch_dist_all_reduce(numbers(4), 0));
}

#[test]
fn a_group_is_destroyed_with_work_pending() {
    let texts = run("pending", 2, &[]);
    for text in texts {
        assert_eq!(said(&text)["code"], RT_ERROR_TORCH_DIST_PEER.to_string(), "{text}");
    }
}

fn pending() {
    init(0);
    done(rt_torch_dist_barrier());
    let me = rank();
    let tensor = numbers(1000);
    // Each waits for what the other does not do.
    let works = if me == 0 {
        [rt_torch_dist_broadcast_async(NIL, tensor, 0), rt_torch_dist_recv_async(NIL, tensor, 1, 0)]
    } else {
        [rt_torch_dist_recv_async(NIL, tensor, 0, 1), rt_torch_dist_recv_async(NIL, tensor, 0, 2)]
    };
    free_tensor("tensor", tensor).unwrap();
    let began = Instant::now();
    if me == 0 {
        // Somebody waits on another thread while the group is destroyed.
        let bits = works[0].to_bits();
        let waits = thread::spawn(move || {
            // SAFETY: the bits are those of a work's handle, which is an int.
            let work = unsafe { RuntimeValue::from_bits(bits) };
            assert_eq!(rt_torch_dist_work_wait(work, 60_000), -1);
            refusal().0
        });
        thread::sleep(Duration::from_millis(200));
        done(rt_torch_dist_destroy_process_group());
        assert_eq!(waits.join().unwrap(), RT_ERROR_TORCH_DIST_PEER);
    }
    let last = works[1];
    tell(|| rt_torch_dist_work_wait(last, 60_000));
    assert_eq!(rt_torch_dist_work_is_completed(last), 1);
    assert!(began.elapsed() < AT_ONCE);
    for work in works {
        done(rt_torch_dist_work_free(work));
    }
    if me == 1 {
        done(rt_torch_dist_destroy_process_group());
    }
}

/* ---- ranks that do not do the same ---- */

#[test]
fn collectives_that_do_not_match() {
    let texts = run("mismatches", 2, &[]);
    for text in texts {
        let said = said(&text);
        for name in ["size", "longer", "dtype", "op", "root", "collective", "shorter list"] {
            let (code, rest) = said[name].split_once(' ').unwrap();
            assert_eq!(code, RT_ERROR_TORCH_DIST_MISMATCH.to_string(), "{name}: {rest}");
        }
        assert!(said["size"].contains("all_reduce of Float [4] (sum)"), "{}", said["size"]);
        assert!(said["size"].contains("all_reduce of Float [8] (sum)"), "{}", said["size"]);
    }
}

fn mismatches() {
    let me = variable("RANK");
    let other = |one: i64, two: i64| if me == 0 { one } else { two };
    let double = || give(&Tensor::ones([4], (Kind::Double, Device::Cpu)));
    let list = |count: i64| values::array(&[numbers(count), numbers(count)]);
    let attempt = |name: &str, call: &dyn Fn() -> i64| {
        init(60_000);
        done(rt_torch_dist_barrier());
        done(rt_torch_dist_set_timeout(700));
        assert_eq!(call(), 0, "{name}");
        let (code, text) = refusal();
        say(name, format!("{code} {}", text.replace('\n', " ")));
        done(rt_torch_dist_destroy_process_group());
    };
    attempt("size", &|| rt_torch_dist_all_reduce(numbers(other(4, 8)), 0));
    attempt("longer", &|| rt_torch_dist_broadcast(numbers(other(100_000, 10)), 0));
    attempt("dtype", &|| rt_torch_dist_all_reduce(if me == 0 { numbers(4) } else { double() }, 0));
    attempt("op", &|| rt_torch_dist_all_reduce(numbers(4), other(0, 3)));
    attempt("root", &|| rt_torch_dist_broadcast(numbers(4), me));
    attempt("collective", &|| match me {
        0 => rt_torch_dist_all_reduce(numbers(4), 0),
        _ => rt_torch_dist_barrier(),
    });
    attempt("shorter list", &|| {
        let count = other(4, 5);
        rt_torch_dist_all_gather(list(count), numbers(count))
    });
}

#[test]
fn messages_that_do_not_match() {
    for text in run("message_mismatch", 2, &[]) {
        let code = &said(&text)["code"];
        assert_eq!(*code, RT_ERROR_TORCH_DIST_MISMATCH.to_string(), "{text}");
    }
}

fn message_mismatch() {
    init(60_000);
    done(rt_torch_dist_barrier());
    done(rt_torch_dist_set_timeout(700));
    // Gloo would end the receiver's process.
    tell(|| match rank() {
        0 => rt_torch_dist_send(numbers(8), 1, 0),
        _ => rt_torch_dist_recv(numbers(4), 0, 0),
    });
    done(rt_torch_dist_destroy_process_group());
}

/* ---- ranks that do not meet ---- */

#[test]
fn ranks_with_different_world_sizes() {
    let port = free_port();
    let start = |rank: i64, size: i64| {
        let mut variables = ranks::variables(rank, size, port);
        variables.push(("TIMEOUT", String::from("3000")));
        Rank::start("world_size", &variables)
    };
    let ends: Vec<End> = [start(0, 2), start(1, 3)].into_iter().map(Rank::end).collect();
    for end in &ends {
        assert!(end.is_done, "{}", end.text);
        assert_eq!(code(end), RT_ERROR_TORCH_DIST_INIT, "{}", end.text);
    }
    let told =
        ends.iter().any(|end| said(&end.text)["text"].contains("was told that the world size is"));
    assert!(told, "{}", ends[0].text);
}

fn world_size() {
    tell(|| try_init(variable("TIMEOUT")));
    assert_eq!(rt_torch_dist_is_initialized(), 0);
}

#[test]
fn a_rank_does_not_come() {
    let port = free_port();
    let variables = ranks::variables(0, 2, port);
    let end = Rank::start("wait_for_all", &variables).end();
    assert!(end.is_done, "{}", end.text);
    assert_eq!(code(&end), RT_ERROR_TORCH_DIST_INIT, "{}", end.text);
}

fn wait_for_all() {
    tell(|| try_init(1000));
}

#[test]
fn the_port_is_in_use() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let method = format!("tcp://127.0.0.1:{}", taken.local_addr().unwrap().port());
    let began = Instant::now();
    assert_eq!(init_with(&method, 0, 1, 60_000), 0);
    let (code, text) = refusal();
    assert_eq!(code, RT_ERROR_TORCH_DIST_INIT);
    assert!(
        text.to_lowercase().contains("address already in use") || text.contains("EADDRINUSE"),
        "{text}"
    );
    assert!(began.elapsed() < AT_ONCE);
    // A rank that finds something else there than a store; it takes the connection and says nothing.
    let began = Instant::now();
    assert_eq!(init_with(&method, 1, 2, 1500), 0);
    assert_eq!(refusal().0, RT_ERROR_TORCH_DIST_INIT);
    assert!(began.elapsed() < AT_ONCE);
}

#[test]
fn the_master_is_not_there() {
    let method = format!("tcp://127.0.0.1:{}", free_port());
    let began = Instant::now();
    // Another test of this program may be forming a group: one thread at a time.
    loop {
        assert_eq!(init_with(&method, 1, 2, 1500), 0);
        let (code, text) = refusal();
        assert_eq!(code, RT_ERROR_TORCH_DIST_INIT, "{text}");
        if !text.contains("another thread") {
            assert!(text.contains(&method["tcp://".len()..]), "{text}");
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(began.elapsed() < 2 * AT_ONCE);
}
