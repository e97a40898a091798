//! Handlers: set, replaced, nested, refused. The handlers are the process's, so tests take turns.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, MutexGuard, PoisonError};
use std::thread;

use runtime_core::error::{self, codes as core_codes};
use runtime_core::{Error, Result};
use runtime_interp::ffi::*;
use runtime_interp::{codes, report::Name};
use runtime_value::RuntimeValue;

static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    runtime_interp::clear_call_handler();
    runtime_interp::clear_eval_handler();
    error::clear_last();
    turn
}

fn int(int: i64) -> RuntimeValue {
    RuntimeValue::from(int)
}

fn expect_error(code: i64, function: &str) {
    let message = error::last_message().unwrap();
    assert_eq!(error::last_code(), code, "{message}");
    assert!(message.starts_with(&format!("{function}: ")), "{message}");
    error::clear_last();
}

fn call(name: &[u8], arguments: &[RuntimeValue]) -> RuntimeValue {
    // SAFETY: live slices with their lengths.
    unsafe {
        let (argc, argv) = (arguments.len() as u64, arguments.as_ptr());
        rt_interp_call(name.as_ptr(), name.len() as u64, argc, argv)
    }
}

unsafe extern "C-unwind" fn sum(
    _name: *const u8,
    name_len: u64,
    argc: u64,
    argv: *const RuntimeValue,
) -> RuntimeValue {
    // SAFETY: the bridge passes as many words as it says.
    let words = unsafe { std::slice::from_raw_parts(argv, argc as usize) };
    let sum: i64 = words.iter().map(|word| word.to_int().unwrap()).sum();
    int(sum + 1000 * name_len as i64)
}

unsafe extern "C-unwind" fn double(index: i64) -> RuntimeValue {
    int(index * 2)
}

#[test]
fn without_a_handler() {
    let _turn = turn();
    assert!(call(b"f", &[]).is_nil());
    expect_error(codes::RT_ERROR_NO_HANDLER, "rt_interp_call");
    assert!(rt_interp_eval(42).is_nil());
    expect_error(codes::RT_ERROR_NO_HANDLER, "rt_interp_eval");
}

#[test]
fn arguments_arrive_as_they_were_given() {
    let _turn = turn();
    // SAFETY: the handlers do what they promise.
    unsafe {
        assert_eq!(rt_interp_set_call_handler(Some(sum)), 1);
        assert_eq!(rt_interp_set_eval_handler(Some(double)), 1);
        assert_eq!(call(b"my_function", &[10, 20, 30].map(int)), int(11_060));
        assert_eq!(rt_interp_call(ptr::null(), 0, 0, ptr::null()), int(0));
        assert_eq!(rt_interp_eval(21), int(42));
        assert_eq!(rt_interp_eval(-1), int(-2));
        assert_eq!(error::last_code(), 0);
        rt_interp_set_call_handler(None);
        rt_interp_set_eval_handler(None);
    }
    assert!(call(b"f", &[]).is_nil() && rt_interp_eval(1).is_nil());
}

#[test]
fn bad_arguments_do_not_reach_the_handler() {
    let _turn = turn();
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    runtime_interp::set_call_handler(|_, _| {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Ok(RuntimeValue::NIL)
    });
    let word = int(1);
    let misaligned = (&raw const word).cast::<u8>().wrapping_add(1).cast::<RuntimeValue>();
    // SAFETY: each argument is refused before anything is read.
    unsafe {
        for (name, name_len, argc, argv, code) in [
            (ptr::null(), 5, 0, ptr::null(), core_codes::RT_ERROR_NULL_POINTER),
            (b"f".as_ptr(), u64::MAX, 0, ptr::null(), core_codes::RT_ERROR_LENGTH),
            (b"f".as_ptr(), 1, 1, ptr::null(), core_codes::RT_ERROR_NULL_POINTER),
            (b"f".as_ptr(), 1, 1 << 61, &raw const word, core_codes::RT_ERROR_LENGTH),
            (b"f".as_ptr(), 1, 1, misaligned, core_codes::RT_ERROR_MISALIGNED),
        ] {
            assert!(rt_interp_call(name, name_len, argc, argv).is_nil());
            expect_error(code, "rt_interp_call");
        }
    }
    assert_eq!(CALLS.load(Ordering::Relaxed), 0);
}

#[test]
fn a_handler_may_refuse_panic_or_return_rubbish() {
    let _turn = turn();
    runtime_interp::set_eval_handler(|index| match index {
        0 => Err(Error::invalid("index 0 is taken")),
        1 => panic!("in the handler"),
        // SAFETY: the bits refer to no object.
        bits => Ok(unsafe { RuntimeValue::from_bits(bits as u64) }),
    });
    assert!(rt_interp_eval(0).is_nil());
    expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, "rt_interp_eval");
    assert!(rt_interp_eval(1).is_nil());
    expect_error(core_codes::RT_ERROR_PANIC, "rt_interp_eval");
    for forged in [0xdead_0001, 9, -7] {
        assert!(rt_interp_eval(forged).is_nil());
        expect_error(codes::RT_ERROR_BAD_RESULT, "rt_interp_eval");
    }
    let freed = RuntimeValue::from("freed");
    // SAFETY: nobody uses it.
    unsafe { freed.free().unwrap() };
    assert!(rt_interp_eval(freed.to_bits() as i64).is_nil());
    expect_error(codes::RT_ERROR_BAD_RESULT, "rt_interp_eval");
}

#[test]
fn handlers_call_back() {
    let _turn = turn();
    fn fibonacci(index: i64) -> Result<RuntimeValue> {
        if index < 2 {
            return Ok(int(index));
        }
        let (one, two) = (rt_interp_eval(index - 1).to_int()?, call(b"f", &[int(index - 2)]));
        Ok(int(one + two.to_int()?))
    }
    runtime_interp::set_eval_handler(fibonacci);
    runtime_interp::set_call_handler(|_, arguments| fibonacci(arguments[0].to_int()?));
    assert_eq!(rt_interp_eval(20), int(6765));
    runtime_interp::set_eval_handler(|depth| match depth {
        0 => Ok(int(7)),
        _ => runtime_interp::eval(depth - 1),
    });
    assert_eq!(rt_interp_eval(1000), int(7));
}

unsafe extern "C-unwind" fn add(userdata: *mut c_void, index: i64) -> RuntimeValue {
    // SAFETY: the test gives the address of a counter that outlives the handler.
    unsafe { &*userdata.cast::<AtomicUsize>() }.fetch_add(index as usize, Ordering::Relaxed);
    RuntimeValue::TRUE
}

unsafe extern "C-unwind" fn count_name(
    userdata: *mut c_void,
    _name: *const u8,
    name_len: u64,
    argc: u64,
    _argv: *const RuntimeValue,
) -> RuntimeValue {
    // SAFETY: as above.
    unsafe { add(userdata, (name_len + argc) as i64) }
}

unsafe extern "C-unwind" fn finish(userdata: *mut c_void) {
    // SAFETY: as above.
    unsafe { add(userdata, 1000) };
}

unsafe extern "C-unwind" fn panics(_userdata: *mut c_void) {
    panic!("while giving back");
}

#[test]
fn userdata_is_given_back_once() {
    let _turn = turn();
    let counter = AtomicUsize::new(0);
    let userdata = (&raw const counter).cast_mut().cast();
    let count = || counter.load(Ordering::Relaxed);
    // SAFETY: the counter outlives the handlers.
    unsafe {
        rt_interp_set_eval_handler_with(Some(add), userdata, Some(finish));
        assert_eq!((rt_interp_eval(3), count()), (RuntimeValue::TRUE, 3));
        rt_interp_set_eval_handler_with(Some(add), userdata, None);
        assert_eq!(count(), 1003);
        rt_interp_set_eval_handler(None);
        assert_eq!(count(), 1003);
        rt_interp_set_call_handler_with(Some(count_name), userdata, Some(finish));
        call(b"four", &[int(1)]);
        assert_eq!(count(), 1008);
        rt_interp_set_call_handler_with(None, userdata, Some(finish));
        assert_eq!(count(), 3008);
        // What panics while it is given back is stopped.
        rt_interp_set_eval_handler_with(Some(add), userdata, Some(panics));
        assert_eq!(rt_interp_set_eval_handler(None), 1);
    }
    assert_eq!(error::last_code(), 0);
}

#[test]
fn a_replaced_handler_lives_until_its_last_call_has_left() {
    let _turn = turn();
    struct Alive(Arc<AtomicBool>);
    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.store(false, Ordering::SeqCst);
        }
    }
    let flag = Arc::new(AtomicBool::new(true));
    let inside = Arc::new(Barrier::new(2));
    let (alive, meeting) = (Alive(flag.clone()), inside.clone());
    runtime_interp::set_eval_handler(move |index| {
        meeting.wait();
        meeting.wait();
        assert!(alive.0.load(Ordering::SeqCst));
        // Replacing oneself from inside is fine too.
        runtime_interp::set_eval_handler(|_| Ok(int(3)));
        assert!(alive.0.load(Ordering::SeqCst));
        Ok(int(index))
    });
    let caller = thread::spawn(|| rt_interp_eval(1).to_bits());
    inside.wait();
    runtime_interp::set_eval_handler(|_| Ok(int(2)));
    assert_eq!(rt_interp_eval(0), int(2));
    assert!(flag.load(Ordering::SeqCst));
    inside.wait();
    assert_eq!(caller.join().unwrap(), int(1).to_bits());
    assert!(!flag.load(Ordering::SeqCst));
    assert_eq!(rt_interp_eval(0), int(3));
}

#[test]
fn handlers_are_replaced_while_threads_call() {
    let _turn = turn();
    let (made, dropped) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    struct Counted(Arc<AtomicUsize>, i64);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.1 = i64::MIN;
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let replace = || {
        let number = made.fetch_add(1, Ordering::SeqCst) as i64;
        let counted = Counted(dropped.clone(), number);
        runtime_interp::set_eval_handler(move |index| {
            assert!(counted.1 >= 0);
            Ok(int(index))
        });
    };
    replace();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for index in 0..3000 {
                    assert_eq!(rt_interp_eval(index), int(index));
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| (0..500).for_each(|_| replace()));
        }
    });
    runtime_interp::clear_eval_handler();
    assert_eq!(dropped.load(Ordering::SeqCst), made.load(Ordering::SeqCst));
}

#[test]
fn reports_are_errors_too() {
    let _turn = turn();
    // SAFETY: live arrays with their lengths, or null.
    unsafe {
        for (name, length, message) in [
            (b"f".as_ptr(), 1, "Function 'f' not found"),
            (ptr::null(), 0, "Function '(unknown name)' not found"),
            (ptr::null(), 9, "Function '(unknown name)' not found"),
            (b"\xff\xfe\xfd".as_ptr(), 3, "Function '(invalid UTF-8 name)' not found"),
            (b"x".as_ptr(), u64::MAX, "Function '(unknown name)' not found"),
        ] {
            assert!(rt_function_not_found(name, length).is_error());
            assert_eq!(error::last_message().unwrap(), format!("rt_function_not_found: {message}"));
            expect_error(codes::RT_ERROR_FUNCTION_NOT_FOUND, "rt_function_not_found");
        }
        let (on, method) = (b"T".as_ptr(), b"m\xff".as_ptr());
        for (on, on_len, method, method_len, message) in [
            (on, 1, method, 1, "Method 'm' not found on type 'T'"),
            (on, 1, method, 2, "Method '<invalid UTF-8>' not found on type 'T'"),
            (
                ptr::null(),
                0,
                ptr::null(),
                3,
                "Method '<unknown method>' not found on type '<unknown type>'",
            ),
        ] {
            assert!(rt_method_not_found(on, on_len, method, method_len).is_error());
            assert_eq!(error::last_message().unwrap(), format!("rt_method_not_found: {message}"));
            expect_error(codes::RT_ERROR_METHOD_NOT_FOUND, "rt_method_not_found");
        }
    }
    assert_eq!(Name::of(b"\xff"), Name::NotText);
}
