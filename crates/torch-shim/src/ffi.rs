//! The declarations of `cpp/shim.h`, which says what each function does.

use std::ffi::{c_char, c_int, c_void};

use torch_sys::C_tensor;

use crate::optim::{Adam, Sgd};

/// A value of TorchScript's, behind a pointer.
#[repr(C)]
pub(crate) struct ShimValue {
    _opaque: [u8; 0],
}

/// A module of TorchScript's, behind a pointer.
#[repr(C)]
pub(crate) struct ShimModule {
    _opaque: [u8; 0],
}

#[repr(C)]
pub(crate) struct ShimFunction {
    pub(crate) call: unsafe extern "C" fn(
        context: *mut c_void,
        inputs: *const *mut ShimValue,
        count: usize,
        error: *mut *mut c_char,
    ) -> *mut ShimValue,
    pub(crate) drop: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) context: *mut c_void,
}

pub(crate) const SHIM_NONE: c_int = 0;
pub(crate) const SHIM_BOOL: c_int = 1;
pub(crate) const SHIM_INT: c_int = 2;
pub(crate) const SHIM_FLOAT: c_int = 3;
pub(crate) const SHIM_TEXT: c_int = 4;
pub(crate) const SHIM_TENSOR: c_int = 5;
pub(crate) const SHIM_LIST: c_int = 6;
pub(crate) const SHIM_TUPLE: c_int = 7;
pub(crate) const SHIM_DICT: c_int = 8;

pub(crate) const SHIM_PARAMETERS: c_int = 0;
pub(crate) const SHIM_BUFFERS: c_int = 1;
pub(crate) const SHIM_STATE: c_int = 2;

pub(crate) type ErrorText = *mut *mut c_char;

unsafe extern "C" {
    pub(crate) fn shim_text_new(bytes: *const c_char, length: usize) -> *mut c_char;
    pub(crate) fn shim_text_free(text: *mut c_char);

    pub(crate) fn shim_value_none(error: ErrorText) -> *mut ShimValue;
    pub(crate) fn shim_value_bool(value: bool, error: ErrorText) -> *mut ShimValue;
    pub(crate) fn shim_value_int(value: i64, error: ErrorText) -> *mut ShimValue;
    pub(crate) fn shim_value_float(value: f64, error: ErrorText) -> *mut ShimValue;
    pub(crate) fn shim_value_text(
        bytes: *const c_char,
        length: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_value_tensor(tensor: *const C_tensor, error: ErrorText) -> *mut ShimValue;
    pub(crate) fn shim_value_list(
        items: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_value_tuple(
        items: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_value_dict(
        pairs: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_value_free(value: *mut ShimValue);
    pub(crate) fn shim_value_kind(value: *const ShimValue) -> c_int;
    pub(crate) fn shim_value_as_bool(value: *const ShimValue) -> bool;
    pub(crate) fn shim_value_as_int(value: *const ShimValue) -> i64;
    pub(crate) fn shim_value_as_float(value: *const ShimValue) -> f64;
    pub(crate) fn shim_value_as_text(
        value: *const ShimValue,
        length: *mut usize,
        error: ErrorText,
    ) -> *mut c_char;
    pub(crate) fn shim_value_as_tensor(value: *const ShimValue, error: ErrorText) -> *mut C_tensor;
    pub(crate) fn shim_value_count(value: *const ShimValue) -> usize;
    pub(crate) fn shim_value_items(
        value: *const ShimValue,
        items: *mut *mut ShimValue,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_value_type(value: *const ShimValue, error: ErrorText) -> *mut c_char;

    pub(crate) fn shim_backward(
        tensors: *const *const C_tensor,
        gradients: *const *const C_tensor,
        count: usize,
        retain_graph: bool,
        create_graph: bool,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_grad(
        outputs: *const *const C_tensor,
        gradients: *const *const C_tensor,
        output_count: usize,
        inputs: *const *const C_tensor,
        input_count: usize,
        retain_graph: bool,
        create_graph: bool,
        allow_unused: bool,
        results: *mut *mut C_tensor,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_retain_grad(tensor: *const C_tensor, error: ErrorText) -> c_int;
    pub(crate) fn shim_set_grad(
        tensor: *const C_tensor,
        gradient: *const C_tensor,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_grad_fn(tensor: *const C_tensor, error: ErrorText) -> *mut c_char;
    pub(crate) fn shim_grad_enabled() -> bool;
    pub(crate) fn shim_set_grad_enabled(enabled: bool);
    pub(crate) fn shim_activation(
        function: c_int,
        input: *const C_tensor,
        a: f64,
        b: f64,
        training: bool,
        in_place: bool,
        error: ErrorText,
    ) -> *mut C_tensor;
    pub(crate) fn shim_storage(
        tensor: *const C_tensor,
        elements: *mut *mut C_tensor,
        offset: *mut i64,
        storage: *mut *const c_void,
        identity: *mut *const c_void,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_part(
        elements: *const C_tensor,
        offset: i64,
        sizes: *const i64,
        strides: *const i64,
        dimensions: usize,
        error: ErrorText,
    ) -> *mut C_tensor;
    pub(crate) fn shim_version() -> *const c_char;
    pub(crate) fn shim_cuda_memory(
        device: i64,
        current: *mut i64,
        peak: *mut i64,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_cuda_reset_peak(device: i64, error: ErrorText) -> c_int;
    pub(crate) fn shim_cuda_empty_cache(error: ErrorText) -> c_int;

    pub(crate) fn shim_keep_pages();
    pub(crate) fn shim_empty_pages();
    pub(crate) fn shim_count_pages(used: *mut u64, kept: *mut u64);

    pub(crate) fn shim_custom_function(
        backward: ShimFunction,
        inputs: *const *const C_tensor,
        input_count: usize,
        outputs: *const *const C_tensor,
        differentiable: *const bool,
        output_count: usize,
        saved: *const *const C_tensor,
        saved_count: usize,
        materialize: bool,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_is_same(a: *const C_tensor, b: *const C_tensor) -> bool;
    pub(crate) fn shim_checkpoint(
        function: ShimFunction,
        inputs: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;

    pub(crate) fn shim_jit_new(error: ErrorText) -> *mut ShimModule;
    pub(crate) fn shim_jit_define(
        module: *mut ShimModule,
        source: *const c_char,
        length: usize,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_jit_register(
        module: *mut ShimModule,
        name: *const c_char,
        tensor: *const C_tensor,
        is_parameter: bool,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_jit_trace(
        module: *mut ShimModule,
        function: ShimFunction,
        inputs: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_jit_load(
        path: *const c_char,
        device: c_int,
        error: ErrorText,
    ) -> *mut ShimModule;
    pub(crate) fn shim_jit_save(
        module: *const ShimModule,
        path: *const c_char,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_jit_clone(module: *const ShimModule, error: ErrorText) -> *mut ShimModule;
    pub(crate) fn shim_jit_freeze(module: *const ShimModule, error: ErrorText) -> *mut ShimModule;
    pub(crate) fn shim_jit_optimize_for_inference(
        module: *const ShimModule,
        error: ErrorText,
    ) -> *mut ShimModule;
    pub(crate) fn shim_jit_free(module: *mut ShimModule);
    pub(crate) fn shim_jit_call(
        module: *const ShimModule,
        method: *const c_char,
        inputs: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_jit_signature(
        module: *const ShimModule,
        method: *const c_char,
        error: ErrorText,
    ) -> *mut c_char;
    pub(crate) fn shim_jit_methods(module: *const ShimModule, error: ErrorText) -> *mut c_char;
    pub(crate) fn shim_jit_graph(
        module: *const ShimModule,
        method: *const c_char,
        error: ErrorText,
    ) -> *mut c_char;
    pub(crate) fn shim_jit_code(
        module: *const ShimModule,
        method: *const c_char,
        error: ErrorText,
    ) -> *mut c_char;
    pub(crate) fn shim_jit_train(
        module: *mut ShimModule,
        training: bool,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_jit_is_training(module: *const ShimModule) -> c_int;
    pub(crate) fn shim_jit_to(
        module: *mut ShimModule,
        device: c_int,
        dtype: c_int,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_jit_named(
        module: *const ShimModule,
        which: c_int,
        error: ErrorText,
    ) -> *mut ShimValue;

    pub(crate) fn shim_graph_trace(
        module: *mut ShimModule,
        function: ShimFunction,
        inputs: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_graph_trace_method(
        module: *mut ShimModule,
        method: *const c_char,
        inputs: *const *mut ShimValue,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(crate) fn shim_graph_elements(
        module: *const ShimModule,
        method: *const c_char,
        error: ErrorText,
    ) -> *mut c_char;
    pub(crate) fn shim_graph_enter(module: *const c_char);
    pub(crate) fn shim_graph_leave();

    pub(crate) fn shim_clear_gradients(
        tensors: *const *const C_tensor,
        count: usize,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_add(
        tensor: *const C_tensor,
        other: *const C_tensor,
        factor: f64,
        error: ErrorText,
    ) -> *mut C_tensor;
    pub(crate) fn shim_add_in_place(
        tensor: *const C_tensor,
        other: *const C_tensor,
        factor: f64,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_add_product(
        tensor: *const C_tensor,
        left: *const C_tensor,
        right: *const C_tensor,
        factor: f64,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_add_quotient(
        tensor: *const C_tensor,
        left: *const C_tensor,
        right: *const C_tensor,
        factor: f64,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_fusable(tensors: *const *const C_tensor, count: usize) -> bool;
    pub(crate) fn shim_fused_sgd(
        params: *const *const C_tensor,
        grads: *const *const C_tensor,
        buffers: *const *const C_tensor,
        count: usize,
        sgd: *const Sgd,
        first_step: bool,
        error: ErrorText,
    ) -> c_int;
    pub(crate) fn shim_fused_adam(
        params: *const *const C_tensor,
        grads: *const *const C_tensor,
        means: *const *const C_tensor,
        squares: *const *const C_tensor,
        largest: *const *const C_tensor,
        steps: *const *const C_tensor,
        count: usize,
        adam: *const Adam,
        error: ErrorText,
    ) -> c_int;
}
