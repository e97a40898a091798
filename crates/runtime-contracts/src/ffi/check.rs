//! Checks, the handler, and the counts.

use std::ffi::c_void;

use runtime_core::userdata::Userdata;
use runtime_core::{Result, boundary};
use runtime_value::RuntimeValue;

use super::{bytes, function_name, kind, message_text};
use crate::kind::{Kind, numbers};
use crate::violation::Violation;
use crate::{check, counters};

/// Checks a contract of the function whose name is the `func_name_len` bytes at `func_name_ptr`. `kind` is
/// an `RT_CONTRACT_` number; an unknown one counts as 0. The condition is violated by 0 and by the words
/// NIL and FALSE. Returns 1 when it holds.
///
/// When it is violated, the handler gets the violation (`rt_contract_set_handler`). Without a handler the
/// process ends: what was printed is flushed, "Precondition violation in function 'name': contract
/// condition failed" goes to standard error, and the process aborts. When the handler returns, this returns
/// 0 and sets RT_ERROR_CONTRACT_VIOLATED with the same sentence. A name that is null, of length 0 or less,
/// or too long is reported as `<unknown>`, one that is not UTF-8 as `<invalid UTF-8>`. A violation inside
/// of the handler is not handed to it again. Thread-safe.
///
/// # Safety
/// `func_name_ptr` is null or points at `func_name_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn simple_contract_check(
    condition: i64,
    kind: i64,
    func_name_ptr: *const u8,
    func_name_len: i64,
) -> i64 {
    boundary("simple_contract_check", 0, || {
        check::check_with(holds(condition), self::kind(kind), || {
            // SAFETY: the caller's promise is this function's own.
            let name = unsafe { bytes_or_none(func_name_ptr, func_name_len) };
            Violation::new(self::kind(kind), function_name(name), None)
        })
        .map(|()| 1)
    })
}

/// As `simple_contract_check`, with " (message)" behind the sentence for the `message_len` bytes at
/// `message_ptr`. A message that is null, of length 0 or less, too long or not UTF-8 is none. Thread-safe.
///
/// # Safety
/// Both pointers are null or point at so many readable bytes as the lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn simple_contract_check_msg(
    condition: i64,
    kind: i64,
    func_name_ptr: *const u8,
    func_name_len: i64,
    message_ptr: *const u8,
    message_len: i64,
) -> i64 {
    boundary("simple_contract_check_msg", 0, || {
        check::check_with(holds(condition), self::kind(kind), || {
            // SAFETY: the caller's promise is this function's own.
            let name = unsafe { bytes_or_none(func_name_ptr, func_name_len) };
            // SAFETY: as above.
            let message = unsafe { bytes_or_none(message_ptr, message_len) };
            Violation::new(self::kind(kind), function_name(name), message_text(message))
        })
        .map(|()| 1)
    })
}

/// Lets `handler` have the violations of all threads from now on; null lets a violation end the process
/// again. It is called on the thread of the check, so from several threads at once. The violation is freed
/// when the handler returns; its accessors give copies that may be kept. When the handler returns, the
/// program goes on behind the check; it may also end the process. Returns 1. Thread-safe.
///
/// # Safety
/// `handler` is null or a function that is safe to call from any thread for as long as it is set and until
/// the last call of it has left. It does not jump out (`longjmp`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_contract_set_handler(
    handler: Option<unsafe extern "C-unwind" fn(violation: RuntimeValue)>,
) -> i64 {
    boundary("rt_contract_set_handler", 0, || {
        match handler {
            Some(handler) => check::set_handler(move |violation| {
                // SAFETY: whoever set the handler promised that it may be called.
                hand_over(violation, |word| unsafe { handler(word) });
            }),
            None => check::clear_handler(),
        }
        Ok(1)
    })
}

/// As `rt_contract_set_handler`, for a handler that also gets `userdata`. Takes `userdata` over: it is given
/// to `drop`, if that is not null, once no call runs the handler any more, on any thread; with a null
/// handler at once. Returns 1. Thread-safe.
///
/// # Safety
/// As `rt_contract_set_handler`, for both functions with `userdata`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_contract_set_handler_with(
    handler: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void, violation: RuntimeValue)>,
    userdata: *mut c_void,
    drop: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>,
) -> i64 {
    boundary("rt_contract_set_handler_with", 0, || {
        // SAFETY: the caller's promise.
        let userdata = unsafe { Userdata::new(userdata, drop) };
        match handler {
            Some(handler) => check::set_handler(move |violation| {
                // SAFETY: whoever set the handler promised that it may be called.
                hand_over(violation, |word| unsafe { handler(userdata.address(), word) });
            }),
            None => check::clear_handler(),
        }
        Ok(1)
    })
}

/// How many checks of the kind (an `RT_CONTRACT_` number; `RT_CONTRACT_ALL` for all) there were, in all
/// threads, since the start or `rt_contract_reset_counts`; 0 for a number that is no kind. Thread-safe; with
/// checks meanwhile, a moment's truth.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_check_count(kind: i64) -> i64 {
    boundary("rt_contract_check_count", 0, || Ok(count(kind, counters::checks)))
}

/// How many of the checks found a violation, as `rt_contract_check_count` counts.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_violation_count(kind: i64) -> i64 {
    boundary("rt_contract_violation_count", 0, || Ok(count(kind, counters::violations)))
}

/// Begins all counts at 0 again. Returns 1. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_contract_reset_counts() -> i64 {
    boundary("rt_contract_reset_counts", 0, || {
        counters::reset();
        Ok(1)
    })
}

/// Whether a condition as compiled code passes it, raw or as a word, holds.
#[inline]
fn holds(condition: i64) -> bool {
    const NIL: i64 = RuntimeValue::NIL.to_bits() as i64;
    const FALSE: i64 = RuntimeValue::FALSE.to_bits() as i64;
    !matches!(condition, 0 | NIL | FALSE)
}

/// The bytes at `pointer`. A violation is reported whatever is wrong with its texts: what cannot be read is
/// empty.
///
/// # Safety
/// `pointer` is null or points at `length` readable bytes.
unsafe fn bytes_or_none<'a>(pointer: *const u8, length: i64) -> &'a [u8] {
    // SAFETY: the caller's promise is this function's own.
    unsafe { bytes("text", pointer, length) }.unwrap_or_default()
}

/// Calls `handler` with the violation as a value that lives as long as the call.
fn hand_over(violation: &Violation, handler: impl FnOnce(RuntimeValue)) {
    /// Frees the value also when the handler panics.
    struct Owned(RuntimeValue);
    impl Drop for Owned {
        fn drop(&mut self) {
            // The handler may have freed it, which is then refused.
            // SAFETY: the call is over, and with it every use of the value.
            let _ = unsafe { self.0.free() };
        }
    }

    let copy = || -> Result<RuntimeValue> {
        Violation::new(violation.kind(), violation.function(), violation.message())?.into_value()
    };
    // Without memory for the value the handler still learns that there was a violation.
    let owned = Owned(copy().unwrap_or(RuntimeValue::NIL));
    handler(owned.0);
}

fn count(kind: i64, of: impl Fn(Option<Kind>) -> u64) -> i64 {
    let count = match Kind::from_number(kind) {
        None if kind != numbers::RT_CONTRACT_ALL => 0,
        kind => of(kind),
    };
    i64::try_from(count).unwrap_or(i64::MAX)
}
