//! The C functions. All are thread-safe.

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char};
use std::sync::LazyLock;

use parking_lot::Mutex;
use runtime_core::{Error, Result, boundary};

use crate::table::{Kind, Numbers, Placed, Spot};
use crate::{Report, probe};

/// The texts that the caller has not given back, by address.
static DUMPS: LazyLock<Mutex<HashMap<usize, CString>>> = LazyLock::new(Mutex::default);

fn dump(text: String) -> Result<*mut c_char> {
    let text = CString::new(text).map_err(|_| Error::invalid("the report has a zero byte"))?;
    let mut dumps = DUMPS.lock();
    let pointer = text.as_ptr().cast_mut();
    dumps.insert(pointer.addr(), text);
    Ok(pointer)
}

/// The name at `file`; empty for null and for what is not UTF-8.
///
/// # Safety
/// `file` is null or a zero-terminated text.
unsafe fn name(file: *const c_char) -> String {
    if file.is_null() {
        return String::new();
    }
    // SAFETY: not null, and zero-terminated by contract.
    unsafe { CStr::from_ptr(file) }.to_str().unwrap_or_default().to_owned()
}

/// Counts an outcome of the decision, and closes the vector of condition values that this thread
/// has gathered for it. Never fails; what finds no room is counted as dropped.
#[unsafe(no_mangle)]
pub extern "C" fn rt_decision_probe(decision_id: u64, result: bool) {
    boundary("rt_decision_probe", (), || {
        probe::decision(decision_id, result);
        Ok(())
    });
}

/// Counts an outcome of a condition of the decision. To be called before the decision's own probe.
/// Conditions from 64 on are counted, but take no part in MC/DC. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn rt_condition_probe(decision_id: u64, condition_id: u32, result: bool) {
    boundary("rt_condition_probe", (), || {
        probe::condition(decision_id, condition_id, result);
        Ok(())
    });
}

/// Counts a block of a path, and adds it to this thread's trace of the path. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn rt_path_probe(path_id: u64, block_id: u32) {
    boundary("rt_path_probe", (), || {
        probe::path(path_id, block_id);
        Ok(())
    });
}

/// Ends this thread's trace of the path and counts its sequence of blocks. An id without a trace
/// in this thread is ignored; a trace of more than 1024 blocks is counted as dropped. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn rt_path_finalize(path_id: u64) {
    boundary("rt_path_finalize", (), || {
        probe::finish_path(path_id);
        Ok(())
    });
}

/// As `rt_decision_probe`, for a decision with a place. A null `file`, or one that is not UTF-8,
/// counts as "". The text is read when a thread first sees this address with this id, line and
/// column; it must be a constant of the program.
///
/// # Safety
/// `file` is null or a zero-terminated text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_coverage_decision_probe(
    decision_id: u32,
    result: bool,
    file: *const c_char,
    line: u32,
    column: u32,
) {
    boundary("rt_coverage_decision_probe", (), || {
        // SAFETY: as this function's own contract.
        let name = move || unsafe { name(file) };
        let spot = Spot::new(file.addr(), line, column);
        let numbers = Numbers::new(Kind::Decision, decision_id.into(), 0);
        probe::decide(Placed { numbers, spot }, result, name);
        Ok(())
    });
}

/// As `rt_condition_probe`, for a condition with a place; `file` as in
/// `rt_coverage_decision_probe`.
///
/// # Safety
/// `file` is null or a zero-terminated text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_coverage_condition_probe(
    decision_id: u32,
    condition_id: u32,
    result: bool,
    file: *const c_char,
    line: u32,
    column: u32,
) {
    boundary("rt_coverage_condition_probe", (), || {
        // SAFETY: as this function's own contract.
        let name = move || unsafe { name(file) };
        let spot = Spot::new(file.addr(), line, column);
        let numbers = Numbers::new(Kind::Condition, decision_id.into(), condition_id);
        probe::evaluate(Placed { numbers, spot }, condition_id, result, name);
        Ok(())
    });
}

/// As `rt_path_probe`, with an id of 32 bits.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_path_probe(path_id: u32, block_id: u32) {
    boundary("rt_coverage_path_probe", (), || {
        probe::path(path_id.into(), block_id);
        Ok(())
    });
}

/// As `rt_path_finalize`, with an id of 32 bits.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_path_finalize(path_id: u32) {
    boundary("rt_coverage_path_finalize", (), || {
        probe::finish_path(path_id.into());
        Ok(())
    });
}

/// The report in SDN, of all threads: decisions (with those seen one way only), conditions (with
/// those that have shown independence), paths, blocks, summary. The caller owns the text and frees
/// it with `rt_coverage_free_sdn`. Null and a last error when it cannot be made.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_dump_sdn() -> *mut c_char {
    boundary("rt_coverage_dump_sdn", std::ptr::null_mut(), || dump(Report::take().to_sdn()))
}

/// As `rt_coverage_dump_sdn`, in JSON; freed the same way.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_dump_json() -> *mut c_char {
    boundary("rt_coverage_dump_json", std::ptr::null_mut(), || dump(Report::take().to_json()))
}

/// As `rt_coverage_dump_sdn`, in LCOV's trace format: the decisions that have a file and a line, as
/// branches. Freed the same way.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_dump_lcov() -> *mut c_char {
    boundary("rt_coverage_dump_lcov", std::ptr::null_mut(), || dump(Report::take().to_lcov()))
}

/// Frees a text of a dump. Null is ignored; any other pointer that is no live dump, so a second
/// free too, is left alone and sets RT_ERROR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_free_sdn(ptr: *mut c_char) {
    boundary("rt_coverage_free_sdn", (), || {
        if ptr.is_null() || DUMPS.lock().remove(&ptr.addr()).is_some() {
            return Ok(());
        }
        Err(Error::invalid(format!("ptr {:#x} is no live dump", ptr.addr())))
    });
}

/// Forgets all counts, vectors and traces of all threads. Probes that run meanwhile may be
/// forgotten too.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_clear() {
    boundary("rt_coverage_clear", (), || {
        probe::clear();
        Ok(())
    });
}

/// Whether probes count; they do from the start.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_enabled() -> bool {
    boundary("rt_coverage_enabled", false, || Ok(probe::is_enabled()))
}

/// Has probes count from now on. Returns whether they did before.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_enable() -> bool {
    boundary("rt_coverage_enable", false, || Ok(probe::set_enabled(true)))
}

/// Has probes count nothing from now on; what was counted stays. Returns whether they counted
/// before.
#[unsafe(no_mangle)]
pub extern "C" fn rt_coverage_disable() -> bool {
    boundary("rt_coverage_disable", false, || Ok(probe::set_enabled(false)))
}
