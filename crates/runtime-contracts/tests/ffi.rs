//! The C functions, called from Rust. The handler and the counts are the process's, so tests that need
//! them take turns.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use runtime_contracts::ffi::*;
use runtime_contracts::kind::numbers::*;
use runtime_contracts::{Kind, codes};
use runtime_core::error::{self, codes as core_codes};
use runtime_value::{RuntimeValue, Str, View};

static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    runtime_contracts::clear_handler();
    rt_contract_reset_counts();
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).clear();
    error::clear_last();
    turn
}

fn text(word: RuntimeValue) -> String {
    String::from_utf8(Str::of("word", word).unwrap().as_bytes().to_vec()).unwrap()
}

fn expect_error(code: i64, function: &str) {
    let message = error::last_message().unwrap();
    assert_eq!(error::last_code(), code, "{message}");
    assert!(message.starts_with(&format!("{function}: ")), "{message}");
    error::clear_last();
}

fn new(kind: i64, name: &[u8], message: &[u8]) -> RuntimeValue {
    let (name_len, message_len) = (name.len() as i64, message.len() as i64);
    // SAFETY: live slices with their lengths.
    unsafe {
        rt_contract_violation_new(kind, name.as_ptr(), name_len, message.as_ptr(), message_len)
    }
}

fn check(condition: i64, kind: i64, name: &[u8], message: &[u8]) -> i64 {
    let (name_len, message_len) = (name.len() as i64, message.len() as i64);
    let (name, message) = (name.as_ptr(), message.as_ptr());
    // SAFETY: as above.
    unsafe { simple_contract_check_msg(condition, kind, name, name_len, message, message_len) }
}

/// What the handler got.
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

unsafe extern "C-unwind" fn remember(violation: RuntimeValue) {
    assert_eq!(rt_is_contract_violation(violation), 1);
    SEEN.lock().unwrap().push(text(rt_contract_violation_text(violation)));
}

fn seen() -> Vec<String> {
    std::mem::take(&mut SEEN.lock().unwrap())
}

#[test]
fn a_violation_keeps_its_parts() {
    let violation = new(0, b"ffi_test", b"test message");
    assert_eq!(rt_is_contract_violation(violation), 1);
    assert_eq!(rt_contract_violation_kind(violation), 0);
    assert_eq!(text(rt_contract_violation_func_name(violation)), "ffi_test");
    assert_eq!(text(rt_contract_violation_message(violation)), "test message");
    assert_eq!(
        text(rt_contract_violation_text(violation)),
        "Precondition violation in function 'ffi_test': contract condition failed (test message)"
    );
    assert_eq!(rt_contract_violation_free(violation), 1);
    assert_eq!(rt_contract_violation_free(violation), 0);
    assert_ne!(error::last_code(), 0);
    assert_eq!(rt_is_contract_violation(violation), 0);
    error::clear_last();
}

#[test]
fn the_layout_is_what_compiled_code_reads() {
    let violation = new(RT_CONTRACT_EXIT_INVARIANT, "né".as_bytes(), b"why");
    let address = ptr::with_exposed_provenance::<u8>((violation.to_bits() & !7) as usize);
    // SAFETY: the object is live and 48 bytes long.
    unsafe {
        assert_eq!(*address, 0x10);
        assert_eq!(*address.add(4).cast::<u32>(), 48);
        assert_eq!(*address.add(8), 4);
        for (offset, expected) in [(16, "né\0"), (32, "why\0")] {
            let bytes = *address.add(offset).cast::<*const u8>();
            let length = *address.add(offset + 8).cast::<u64>();
            assert_eq!(length as usize, expected.len() - 1);
            assert_eq!(std::slice::from_raw_parts(bytes, expected.len()), expected.as_bytes());
        }
    }
    let silent = new(0, b"f", b"");
    let address = ptr::with_exposed_provenance::<u8>((silent.to_bits() & !7) as usize);
    // SAFETY: as above.
    unsafe {
        assert!((*address.add(32).cast::<*const u8>()).is_null());
        assert_eq!(*address.add(40).cast::<u64>(), 0);
    }
    assert_eq!((rt_contract_violation_free(violation), rt_contract_violation_free(silent)), (1, 1));
}

#[test]
fn odd_texts_and_kinds() {
    for (kind, expected) in (0..=5).map(|kind| (kind, kind)).chain([(6, 0), (-1, 0), (i64::MAX, 0)])
    {
        assert_eq!(rt_contract_violation_kind(new(kind, b"f", b"")), expected);
    }
    assert_eq!(text(rt_contract_violation_func_name(new(0, b"", b"m"))), "<unknown>");
    assert_eq!(text(rt_contract_violation_func_name(new(0, b"\xff", b"m"))), "<invalid UTF-8>");
    assert!(rt_contract_violation_message(new(0, b"f", b"")).is_nil());
    assert!(rt_contract_violation_message(new(0, b"f", b"\xff")).is_nil());
    assert_eq!(error::last_code(), 0);
    // SAFETY: each is refused, or empty.
    unsafe {
        let null = ptr::null();
        let empty = rt_contract_violation_new(0, null, 0, null, 0);
        assert_eq!(text(rt_contract_violation_func_name(empty)), "<unknown>");
        for (name_len, message_len, code) in [
            (5, 0, core_codes::RT_ERROR_NULL_POINTER),
            (0, 5, core_codes::RT_ERROR_NULL_POINTER),
            (-1, 0, core_codes::RT_ERROR_LENGTH),
            (0, i64::MIN, core_codes::RT_ERROR_LENGTH),
        ] {
            assert!(rt_contract_violation_new(0, null, name_len, null, message_len).is_nil());
            expect_error(code, "rt_contract_violation_new");
        }
    }
}

#[test]
fn what_is_no_violation() {
    let string = RuntimeValue::from("string");
    // SAFETY: the bits refer to no object.
    let forged = unsafe { RuntimeValue::from_bits(0xdead_beef_dead_bee9) };
    for word in [RuntimeValue::from(42), RuntimeValue::NIL, string, forged] {
        error::clear_last();
        assert_eq!(rt_is_contract_violation(word), 0);
        assert_eq!(error::last_code(), 0);
        assert_eq!(rt_contract_violation_kind(word), -1);
        assert_ne!(error::last_code(), 0);
        assert!(rt_contract_violation_func_name(word).is_nil());
        assert!(rt_contract_violation_message(word).is_nil());
        assert!(rt_contract_violation_text(word).is_nil());
        assert_eq!(rt_contract_violation_free(word), 0);
        assert!(error::last_message().unwrap().starts_with("rt_contract_violation_free: "));
    }
    assert_eq!(Str::of("string", string).unwrap().as_bytes(), b"string");
}

#[test]
fn nil_and_false_violate_and_all_else_holds() {
    let _turn = turn();
    // SAFETY: the handler does what it promises; the name is live or not read.
    unsafe {
        assert_eq!(rt_contract_set_handler(Some(remember)), 1);
        for holds in [1, 42, -1, i64::MIN, 0x0B, 0x1B, 2] {
            assert_eq!(simple_contract_check(holds, 0, ptr::null(), -1), 1);
            assert_eq!(check(holds, 99, b"f", b"m"), 1);
        }
        assert!(seen().is_empty());
        assert_eq!(error::last_code(), 0);
        for violated in [0, 0x03, 0x13] {
            assert_eq!(simple_contract_check(violated, 1, b"f".as_ptr(), 1), 0);
            expect_error(codes::RT_ERROR_CONTRACT_VIOLATED, "simple_contract_check");
            assert_eq!(
                seen(),
                ["Postcondition violation in function 'f': contract condition failed"]
            );
        }
    }
}

#[test]
fn a_report_is_never_refused() {
    let _turn = turn();
    // SAFETY: what could not be read is not.
    unsafe {
        rt_contract_set_handler(Some(remember));
        for (name, length) in
            [(ptr::null(), 7), (ptr::null(), 0), (b"f".as_ptr(), 0), (b"f".as_ptr(), -1)]
        {
            simple_contract_check(0, 7, name, length);
        }
        simple_contract_check_msg(0, 5, b"f".as_ptr(), 1, ptr::null(), 3);
        check(0, 2, b"f", b"\xff");
        check(0, 3, b"\xff", b"why");
    }
    let unknown = "Precondition violation in function '<unknown>': contract condition failed";
    assert_eq!(
        seen(),
        [
            unknown,
            unknown,
            unknown,
            unknown,
            "Assertion violation in function 'f': contract condition failed",
            "Error postcondition violation in function 'f': contract condition failed",
            "Entry invariant violation in function '<invalid UTF-8>': contract condition failed (why)",
        ]
    );
}

unsafe extern "C-unwind" fn violate(_violation: RuntimeValue) {
    SEEN.lock().unwrap().push(String::from("outer"));
    assert_eq!(check(0, 0, b"inner", b""), 0);
}

unsafe extern "C-unwind" fn panics(_violation: RuntimeValue) {
    panic!("in the handler");
}

unsafe extern "C-unwind" fn frees(violation: RuntimeValue) {
    assert_eq!(rt_contract_violation_free(violation), 1);
}

#[test]
fn handlers_that_misbehave() {
    let _turn = turn();
    // SAFETY: the handlers do what they promise.
    unsafe {
        rt_contract_set_handler(Some(violate));
        assert_eq!(check(0, 0, b"outer", b""), 0);
        assert!(error::last_message().unwrap().contains("'outer'"));
        assert_eq!(seen(), ["outer"]);
        rt_contract_set_handler(Some(panics));
        for _ in 0..2 {
            assert_eq!(check(0, 0, b"f", b""), 0);
            expect_error(core_codes::RT_ERROR_PANIC, "simple_contract_check_msg");
        }
        rt_contract_set_handler(Some(frees));
        assert_eq!(check(0, 0, b"f", b""), 0);
        expect_error(codes::RT_ERROR_CONTRACT_VIOLATED, "simple_contract_check_msg");
    }
}

unsafe extern "C-unwind" fn add(userdata: *mut c_void, violation: RuntimeValue) {
    let kind = rt_contract_violation_kind(violation) as usize;
    // SAFETY: the test gives the address of a counter that outlives the handler.
    unsafe { &*userdata.cast::<AtomicUsize>() }.fetch_add(kind, Ordering::Relaxed);
}

unsafe extern "C-unwind" fn finish(userdata: *mut c_void) {
    // SAFETY: as above.
    unsafe { &*userdata.cast::<AtomicUsize>() }.fetch_add(1000, Ordering::Relaxed);
}

#[test]
fn userdata_is_given_back_once() {
    let _turn = turn();
    let counter = AtomicUsize::new(0);
    let userdata = (&raw const counter).cast_mut().cast();
    // SAFETY: the counter outlives the handler.
    unsafe {
        rt_contract_set_handler_with(Some(add), userdata, Some(finish));
        check(0, 3, b"f", b"");
        assert_eq!(counter.load(Ordering::Relaxed), 3);
        rt_contract_set_handler(Some(remember));
        assert_eq!(counter.load(Ordering::Relaxed), 1003);
        rt_contract_set_handler_with(None, userdata, Some(finish));
        assert_eq!(counter.load(Ordering::Relaxed), 2003);
    }
}

#[test]
fn checks_are_counted_by_kind_over_all_threads() {
    let _turn = turn();
    // SAFETY: the handler does what it promises.
    unsafe { rt_contract_set_handler(Some(remember)) };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for round in 0..300 {
                    check(i64::from(round % 100 != 0), round % 6, b"f", b"");
                }
            });
        }
    });
    for kind in Kind::ALL {
        assert_eq!(rt_contract_check_count(kind.number()), 200, "{kind}");
    }
    assert_eq!(rt_contract_check_count(RT_CONTRACT_ALL), 1200);
    // Rounds 0, 100 and 200 are of the kinds 0, 4 and 2.
    let violations: Vec<i64> = (0..6).map(|kind| rt_contract_violation_count(kind)).collect();
    assert_eq!(violations, [4, 0, 4, 0, 4, 0]);
    assert_eq!(rt_contract_violation_count(RT_CONTRACT_ALL), 12);
    for no_kind in [6, -2, i64::MIN, i64::MAX] {
        assert_eq!(rt_contract_check_count(no_kind), 0);
        assert_eq!(rt_contract_violation_count(no_kind), 0);
    }
    assert_eq!(rt_contract_reset_counts(), 1);
    assert_eq!(rt_contract_check_count(RT_CONTRACT_ALL), 0);
    check(1, 9, b"f", b"");
    assert_eq!(rt_contract_check_count(0), 1);
}
