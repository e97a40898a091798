//! The declarations of `cpp/dist.h`, which says what each function does.

use std::ffi::{c_char, c_int};

use torch_sys::C_tensor;

use crate::ffi::{ErrorText, ShimValue};

#[repr(C)]
pub(super) struct ShimStore {
    _opaque: [u8; 0],
}

#[repr(C)]
pub(super) struct ShimGroup {
    _opaque: [u8; 0],
}

#[repr(C)]
pub(super) struct ShimWork {
    _opaque: [u8; 0],
}

#[repr(C)]
pub(super) struct ShimDdp {
    _opaque: [u8; 0],
}

#[repr(C)]
pub(super) struct ShimDdpOptions {
    pub(super) bucket_bytes: i64,
    pub(super) first_bucket_bytes: i64,
    pub(super) find_unused_parameters: bool,
    pub(super) broadcast_buffers: bool,
    pub(super) gradient_as_bucket_view: bool,
    pub(super) static_graph: bool,
}

unsafe extern "C" {
    pub(super) fn shim_store_tcp(
        host: *const c_char,
        port: u16,
        is_server: bool,
        world_size: c_int,
        timeout_ms: i64,
        error: ErrorText,
    ) -> *mut ShimStore;
    pub(super) fn shim_store_file(
        path: *const c_char,
        world_size: c_int,
        timeout_ms: i64,
        error: ErrorText,
    ) -> *mut ShimStore;
    pub(super) fn shim_store_prefix(
        store: *const ShimStore,
        prefix: *const c_char,
        error: ErrorText,
    ) -> *mut ShimStore;
    pub(super) fn shim_store_free(store: *mut ShimStore);
    pub(super) fn shim_store_set(
        store: *const ShimStore,
        key: *const c_char,
        value: *const c_char,
        length: usize,
        error: ErrorText,
    ) -> c_int;
    pub(super) fn shim_store_has(
        store: *const ShimStore,
        key: *const c_char,
        error: ErrorText,
    ) -> c_int;
    pub(super) fn shim_store_get(
        store: *const ShimStore,
        key: *const c_char,
        length: *mut usize,
        error: ErrorText,
    ) -> *mut c_char;

    pub(super) fn shim_dist_missing(backend: c_int) -> *const c_char;
    pub(super) fn shim_dist_is_lazy() -> bool;

    pub(super) fn shim_group_new(
        store: *const ShimStore,
        name: *const c_char,
        ranks: *const u64,
        rank: c_int,
        size: c_int,
        backend: c_int,
        timeout_ms: i64,
        error: ErrorText,
    ) -> *mut ShimGroup;
    pub(super) fn shim_group_guard(group: *mut ShimGroup);
    pub(super) fn shim_group_free(group: *mut ShimGroup);
    pub(super) fn shim_group_pending(group: *const ShimGroup) -> i64;
    pub(super) fn shim_group_cut(group: *const ShimGroup, reason: *const c_char, length: usize);
    pub(super) fn shim_group_set_timeout(
        group: *mut ShimGroup,
        timeout_ms: i64,
        error: ErrorText,
    ) -> c_int;

    pub(super) fn shim_group_start(
        group: *const ShimGroup,
        collective: c_int,
        reduction: c_int,
        peer: c_int,
        tag: c_int,
        inputs: *const *const C_tensor,
        input_count: usize,
        outputs: *const *const C_tensor,
        output_count: usize,
        error: ErrorText,
    ) -> *mut ShimWork;
    pub(super) fn shim_work_wait(work: *mut ShimWork, timeout_ms: i64, error: ErrorText) -> c_int;
    pub(super) fn shim_work_is_completed(work: *const ShimWork) -> bool;
    pub(super) fn shim_work_detach(work: *mut ShimWork, error: ErrorText) -> c_int;
    pub(super) fn shim_work_free(work: *mut ShimWork);

    pub(super) fn shim_ddp_new(
        group: *const ShimGroup,
        parameters: *const *const C_tensor,
        is_sparse: *const bool,
        parameter_count: usize,
        states: *const *const C_tensor,
        state_count: usize,
        buffers: *const *const C_tensor,
        buffer_count: usize,
        options: *const ShimDdpOptions,
        error: ErrorText,
    ) -> *mut ShimDdp;
    pub(super) fn shim_ddp_before_forward(ddp: *mut ShimDdp, sync: bool, error: ErrorText)
    -> c_int;
    pub(super) fn shim_ddp_after_forward(
        ddp: *mut ShimDdp,
        sync: bool,
        outputs: *const *const C_tensor,
        count: usize,
        error: ErrorText,
    ) -> *mut ShimValue;
    pub(super) fn shim_ddp_free(ddp: *mut ShimDdp);
}
