//! The C functions, called from Rust. The tables are process-wide, so the tests take turns.
#![cfg(feature = "ffi")]

use std::ffi::{CStr, c_char};
use std::ptr;
use std::thread;

use parking_lot::{Mutex, MutexGuard};
use runtime_core::error::{self, codes};
use runtime_coverage::ffi::*;
use runtime_coverage::{Report, limits};
use serde_json::Value;

static TURN: Mutex<()> = Mutex::new(());
const FILE: *const c_char = c"test.spl".as_ptr();

/// This test's turn, with empty tables.
fn turn() -> MutexGuard<'static, ()> {
    let turn = TURN.lock();
    rt_coverage_enable();
    rt_coverage_clear();
    turn
}

fn text(dump: *mut c_char) -> String {
    // SAFETY: a dump is a zero-terminated text until it is freed.
    let text = unsafe { CStr::from_ptr(dump) }.to_string_lossy().into_owned();
    rt_coverage_free_sdn(dump);
    text
}

fn decide(id: u32, result: bool) {
    // SAFETY: a constant text.
    unsafe { rt_coverage_decision_probe(id, result, FILE, 10, 5) };
}

#[test]
fn known_answers() {
    let _turn = turn();
    [true, true, false].iter().for_each(|result| decide(1, *result));
    decide(2, true);
    let report = Report::take();
    let seen: Vec<_> = report.decisions.iter().map(|d| (d.id, d.yes, d.no)).collect();
    assert_eq!(seen, [(1, 2, 1), (2, 1, 0)]);
    assert_eq!(report.one_way().map(|d| d.id).collect::<Vec<_>>(), [2]);
    let sdn = text(rt_coverage_dump_sdn());
    for part in ["version: 1.0", "total_decisions: 2", "covered_decisions: 1"] {
        assert!(sdn.contains(part), "{sdn}");
    }
    assert!(sdn.contains("decision_percent: 50.0") && sdn.contains("condition_percent: 100.0"));
    assert_eq!(
        text(rt_coverage_dump_lcov()),
        "TN:\nSF:test.spl\nBRDA:10,0,0,2\nBRDA:10,0,1,1\nBRDA:10,1,0,1\nBRDA:10,1,1,0\n\
         DA:10,4\nBRF:4\nBRH:3\nLF:1\nLH:1\nend_of_record\n"
    );
    let json: Value = serde_json::from_str(&text(rt_coverage_dump_json())).unwrap();
    assert_eq!(json["decisions"][1]["one_way"], true);
    rt_coverage_clear();
    assert_eq!(Report::take(), Report::default());
}

#[test]
fn independence_needs_a_pair() {
    let _turn = turn();
    let evaluate = |a: bool, b: bool| {
        rt_condition_probe(1 << 40, 0, a);
        rt_condition_probe(1 << 40, 1, b);
        rt_decision_probe(1 << 40, a && b);
    };
    evaluate(true, true);
    evaluate(false, false);
    assert!(Report::take().conditions.iter().all(|c| !c.independent), "both differ");
    evaluate(false, true);
    let shown: Vec<_> = Report::take().conditions.iter().map(|c| c.independent).collect();
    assert_eq!(shown, [true, false]);
    evaluate(true, false);
    assert!(Report::take().conditions.iter().all(|c| c.independent && c.decision == 1 << 40));
    rt_condition_probe(1, u32::MAX, true);
    rt_decision_probe(1, true);
    assert!(!Report::take().conditions[0].independent);
}

#[test]
fn paths_count_sequences() {
    let _turn = turn();
    for _ in 0..2 {
        (0..3).for_each(|block| rt_coverage_path_probe(1, block));
        rt_coverage_path_finalize(1);
    }
    rt_coverage_path_finalize(1);
    rt_coverage_path_finalize(9);
    let report = Report::take();
    assert_eq!(report.sequences.len(), 1);
    assert_eq!((&report.sequences[0].blocks[..], report.sequences[0].count), (&[0, 1, 2][..], 2));
    assert_eq!(report.blocks, [(1, 0, 2), (1, 1, 2), (1, 2, 2)]);
    (0..=limits::TRACE).for_each(|_| rt_path_probe(2, 7));
    rt_coverage_path_finalize(2);
    let report = Report::take();
    assert_eq!((report.sequences.len(), report.dropped), (1, 1));
}

#[test]
fn threads_that_end_leave_their_counts() {
    let _turn = turn();
    let count = || (0..10_000).for_each(|n| rt_decision_probe(u64::MAX, n % 4 == 0));
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(count)).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    count();
    let report = Report::take();
    assert_eq!((report.decisions[0].id, report.decisions[0].yes), (u64::MAX, 12_500));
    assert_eq!(report.decisions[0].no, 37_500);
}

#[test]
fn what_finds_no_room_is_dropped() {
    let _turn = turn();
    (0..limits::SITES as u64 + 3).for_each(|id| rt_decision_probe(id, true));
    let report = Report::take();
    assert_eq!((report.decisions.len(), report.dropped), (limits::SITES, 3));
}

#[test]
fn disabled_probes_count_nothing() {
    let _turn = turn();
    assert!(rt_coverage_disable() && !rt_coverage_enabled() && !rt_coverage_disable());
    rt_decision_probe(1, true);
    assert!(!rt_coverage_enable() && rt_coverage_enabled());
    assert_eq!(Report::take().decisions, []);
}

#[test]
fn bad_files_and_bad_dumps() {
    let _turn = turn();
    // SAFETY: null, and a constant text that is not UTF-8.
    unsafe {
        rt_coverage_decision_probe(1, true, ptr::null(), 1, 1);
        rt_coverage_decision_probe(1, false, c"\xff".as_ptr(), 1, 1);
    }
    let report = Report::take();
    assert_eq!((&*report.decisions[0].file, report.decisions[0].yes), ("", 1));
    assert_eq!((report.decisions.len(), report.decisions[0].no), (1, 1));
    rt_coverage_free_sdn(ptr::null_mut());
    assert_eq!(error::last_code(), 0);
    let dump = rt_coverage_dump_sdn();
    rt_coverage_free_sdn(dump);
    for bad in [dump, ptr::without_provenance_mut(9)] {
        rt_coverage_free_sdn(bad);
        assert_eq!(error::last_code(), codes::RT_ERROR_INVALID_ARGUMENT);
        error::clear_last();
    }
}

#[test]
fn a_decision_and_its_conditions_may_share_numbers() {
    let _turn = turn();
    for n in 0..3000_u64 {
        let (id, part) = (n % 7, (n % 5) as u32);
        rt_condition_probe(id, part, n % 2 == 0);
        rt_path_probe(id, part);
        rt_decision_probe(id, n % 3 == 0);
        rt_path_finalize(id);
    }
    let report = Report::take();
    let yes: u64 = report.decisions.iter().map(|decision| decision.yes).sum();
    let no: u64 = report.decisions.iter().map(|decision| decision.no).sum();
    assert_eq!((report.decisions.len(), yes, no), (7, 1000, 2000));
    assert_eq!((report.conditions.len(), report.blocks.len()), (35, 35));
    assert_eq!(report.conditions.iter().map(|c| c.yes + c.no).sum::<u64>(), 3000);
    assert_eq!(report.sequences.iter().map(|sequence| sequence.count).sum::<u64>(), 3000);
    assert_eq!(report.dropped, 0);
}

#[test]
fn vectors_and_sequences_beyond_their_limits_are_dropped() {
    let _turn = turn();
    for n in 0..limits::VECTORS as u32 + 5 {
        (0..9).for_each(|bit| rt_condition_probe(1, bit, n >> bit & 1 == 1));
        rt_decision_probe(1, true);
    }
    assert_eq!(Report::take().dropped, 5);
    for n in 0..limits::SEQUENCES as u32 + 7 {
        (0..13).for_each(|bit| rt_path_probe(2, n >> bit & 1));
        rt_path_finalize(2);
    }
    let report = Report::take();
    assert_eq!((report.sequences.len(), report.dropped), (limits::SEQUENCES, 12));
}

#[test]
fn reports_and_clears_while_threads_count() {
    let _turn = turn();
    thread::scope(|scope| {
        for id in 0..2 {
            scope.spawn(move || {
                for n in 0..20_000 {
                    rt_condition_probe(id, 0, n % 2 == 0);
                    rt_decision_probe(id, n % 2 == 0);
                    rt_path_probe(id, n % 3);
                    rt_path_finalize(id);
                }
            });
        }
        for _ in 0..50 {
            assert!(text(rt_coverage_dump_sdn()).contains("summary:"));
            rt_coverage_clear();
        }
    });
    rt_coverage_clear();
    assert_eq!(Report::take(), Report::default());
    rt_decision_probe(1, true);
    assert_eq!(Report::take().decisions.len(), 1);
}

/// A thread local that is made before the counts are is destroyed after them.
#[test]
fn a_probe_in_a_destructor_harms_nothing() {
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            rt_decision_probe(5, true);
        }
    }
    thread_local!(static LAST: Last = const { Last });
    let _turn = turn();
    for first in [true, false] {
        let run = move || {
            let touch = || LAST.with(|_| ());
            if first {
                touch();
            }
            rt_decision_probe(5, false);
            touch();
        };
        thread::spawn(run).join().unwrap();
    }
    assert_eq!(Report::take().decisions[0].no, 2);
}
