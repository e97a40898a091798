//! What a call through the bridge costs over calling the handler directly.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use runtime_interp::ffi::{rt_interp_call, rt_interp_eval, rt_interp_set_call_handler};
use runtime_interp::ffi::{rt_interp_set_call_handler_with, rt_interp_set_eval_handler};
use runtime_value::RuntimeValue;

unsafe extern "C-unwind" fn first(
    _name: *const u8,
    _name_len: u64,
    argc: u64,
    argv: *const RuntimeValue,
) -> RuntimeValue {
    // SAFETY: the bridge passes as many words as it says.
    if argc == 0 { RuntimeValue::NIL } else { unsafe { *argv } }
}

unsafe extern "C-unwind" fn first_with(
    _userdata: *mut std::ffi::c_void,
    name: *const u8,
    name_len: u64,
    argc: u64,
    argv: *const RuntimeValue,
) -> RuntimeValue {
    // SAFETY: as there.
    unsafe { first(name, name_len, argc, argv) }
}

unsafe extern "C-unwind" fn same(index: i64) -> RuntimeValue {
    RuntimeValue::pack_int(index).unwrap_or(RuntimeValue::NIL)
}

/// Calls itself through the bridge, `index` times.
unsafe extern "C-unwind" fn nested(index: i64) -> RuntimeValue {
    if index == 0 { RuntimeValue::NIL } else { rt_interp_eval(index - 1) }
}

fn calls(criterion: &mut Criterion) {
    let arguments = [20, 22].map(|int| RuntimeValue::pack_int(int).unwrap_or(RuntimeValue::NIL));
    let name = b"my_function";
    let mut group = criterion.benchmark_group("interp");
    type Call =
        unsafe extern "C-unwind" fn(*const u8, u64, u64, *const RuntimeValue) -> RuntimeValue;
    let direct: Call = black_box(first);
    group.bench_function("the handler itself", |bencher| {
        // SAFETY: live arrays with their lengths.
        bencher.iter(|| unsafe {
            direct(black_box(name.as_ptr()), 11, black_box(2), arguments.as_ptr())
        });
    });
    let bridged = |bencher: &mut criterion::Bencher<'_>| {
        // SAFETY: as above.
        bencher.iter(|| unsafe {
            rt_interp_call(black_box(name.as_ptr()), 11, black_box(2), arguments.as_ptr())
        });
    };
    // SAFETY: the handlers read what they are given.
    unsafe { rt_interp_set_call_handler(Some(first)) };
    group.bench_function("rt_interp_call", bridged);
    // SAFETY: as above.
    unsafe { rt_interp_set_call_handler_with(Some(first_with), std::ptr::null_mut(), None) };
    group.bench_function("rt_interp_call with userdata", bridged);
    // SAFETY: as above.
    unsafe { rt_interp_set_eval_handler(Some(same)) };
    group.bench_function("rt_interp_eval", |bencher| {
        bencher.iter(|| rt_interp_eval(black_box(21)));
    });
    // SAFETY: as above.
    unsafe { rt_interp_set_eval_handler(Some(nested)) };
    group.bench_function("100 calls of rt_interp_eval inside of each other", |bencher| {
        bencher.iter(|| rt_interp_eval(black_box(99)));
    });
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
