//! Process groups: forming them, ending them, and who is in them.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use crate::arguments::ints;
#[cfg(feature = "pytorch")]
use crate::dist::{self, GROUPS, Group, Init, group_or_default};
#[cfg(feature = "pytorch")]
use runtime_core::{Result, arguments};

/// 1: this library can form process groups, with the backend "gloo". 0 with RT_ERROR_TORCH_UNAVAILABLE in a
/// library without PyTorch. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_is_available() -> i64 {
    torch!("rt_torch_dist_is_available", 0, Ok(1))
}

/// Whether a process group can have this backend: "gloo" (TCP, for tensors on the CPU and GPUs) or "nccl"
/// (on a machine with a GPU, in a library that was built on a LibTorch with CUDA and NCCL's headers). Returns
/// 1; 0 with RT_ERROR_TORCH_DIST_BACKEND, whose message says why not. Thread-safe.
///
/// # Safety
/// `backend_ptr` points at `backend_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_dist_is_backend_available(
    backend_ptr: *const u8,
    backend_len: u64,
) -> i64 {
    torch!("rt_torch_dist_is_backend_available", 0, {
        // SAFETY: the caller's promise is this function's own.
        let backend = unsafe { arguments::text("backend", backend_ptr, backend_len)? };
        dist::backend(backend).map(|_| 1)
    })
}

/// 1 while this process is in a process group, 0 without an error otherwise. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_is_initialized() -> i64 {
    torch!("rt_torch_dist_is_initialized", 0, Ok(i64::from(dist::is_initialized())))
}

/// Forms the group of all ranks, which the environment describes as torchrun sets it: MASTER_ADDR and
/// MASTER_PORT (where rank 0 listens), RANK (this one, from 0) and WORLD_SIZE. Every rank calls this, and
/// waits for the others for at most half an hour; ranks in Python (torch.distributed) may be among them.
///
/// Returns 1. 0 with RT_ERROR_TORCH_DIST_BACKEND for a backend that is not "gloo" or "nccl" or not in this
/// library; RT_ERROR_TORCH_DIST_INIT when there is a group already, when a variable is missing or is no
/// number, when the port is in use, when rank 0 is not reached or not everybody comes in time, and when the
/// ranks were told different world sizes; RT_ERROR_INVALID_ARGUMENT for a rank that is not below the world
/// size; RT_ERROR_NULL_POINTER, RT_ERROR_LENGTH or RT_ERROR_NOT_UTF8 for a broken text. Thread-safe: one
/// thread forms a group, others get an error.
///
/// # Safety
/// `backend_ptr` points at `backend_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_dist_init_process_group(
    backend_ptr: *const u8,
    backend_len: u64,
) -> i64 {
    torch!("rt_torch_dist_init_process_group", 0, {
        // SAFETY: the caller's promise is this function's own.
        let backend = unsafe { arguments::text("backend", backend_ptr, backend_len)? };
        dist::init(backend, &Init::default()).map(|()| 1)
    })
}

/// Forms the group of all ranks with everything said.
///
/// `method` is where the ranks meet: "tcp://host:port", where rank 0 listens; "file:///path", a file that
/// all ranks see, that is not there yet or was left by a group that ended well, and that goes with the group;
/// "env://", as rt_torch_dist_init_process_group. `rank` is this one, from 0, of `world_size` (1 to 65536);
/// -1 leaves either to the environment, or to "?rank=0&world_size=2" behind the method. `timeout_ms` is for
/// how long to wait for the others, now and in each collective; 0 stands for PyTorch's half an hour.
///
/// Returns 1, or 0 with the errors of rt_torch_dist_init_process_group, and with RT_ERROR_INVALID_ARGUMENT for
/// a negative time-out. A group can be formed again after one was destroyed, at the same address too.
///
/// # Safety
/// The pointers point at so many readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_dist_init(
    backend_ptr: *const u8,
    backend_len: u64,
    method_ptr: *const u8,
    method_len: u64,
    rank: i64,
    world_size: i64,
    timeout_ms: i64,
) -> i64 {
    torch!("rt_torch_dist_init", 0, {
        // SAFETY: the caller's promise is this function's own.
        let backend = unsafe { arguments::text("backend", backend_ptr, backend_len)? };
        // SAFETY: the same.
        let method = unsafe { arguments::text("method", method_ptr, method_len)? };
        let init = Init { method: String::from(method), rank, world_size, timeout_ms };
        dist::init(backend, &init).map(|()| 1)
    })
}

/// Ends all process groups of this process: sub-groups and what DDP has to do with them, too; their handles
/// stay to be freed. Collectives that run fail with RT_ERROR_TORCH_DIST_PEER, here and on ranks that wait for
/// this one, so call it when all ranks are done. Returns 1; 0 with RT_ERROR_TORCH_DIST_NO_GROUP when there is
/// no group. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_destroy_process_group() -> i64 {
    torch!("rt_torch_dist_destroy_process_group", 0, dist::destroy().map(|()| 1))
}

/// Forms a group of some of the ranks (an array of ints). Every rank of the whole calls this in the same
/// order, members or not; the members wait for each other.
///
/// Returns a new group, the caller's to free with rt_torch_dist_group_free. On ranks that are no members it
/// has the rank -1, and its collectives are an error. NIL with RT_ERROR_TORCH_DIST_NO_GROUP before a group
/// of all ranks, RT_ERROR_INVALID_ARGUMENT for no ranks, a rank that there is not or one named twice,
/// RT_ERROR_TORCH_DIST_INIT when the members do not meet within half an hour, and with the errors of an
/// array. Thread-safe, but threads do not keep an order.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_new_group(ranks: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dist_new_group", RuntimeValue::NIL, {
        GROUPS.give(dist::new_group(&ints("ranks", ranks)?, 0)?)
    })
}

/// As rt_torch_dist_new_group, with the time-out of the group in milliseconds; 0 stands for half an hour, and
/// a negative one is RT_ERROR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_new_group_with(
    ranks: RuntimeValue,
    timeout_ms: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_new_group_with", RuntimeValue::NIL, {
        GROUPS.give(dist::new_group(&ints("ranks", ranks)?, timeout_ms)?)
    })
}

/// Ends a group of rt_torch_dist_new_group on this rank, and its handle. What runs in it fails, here and on
/// ranks that wait for this one. Returns 1, or 0 with a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_group_free(group: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_group_free", 0, {
        let held = std::sync::Arc::clone(&*GROUPS.get("group", group)?);
        GROUPS.free("group", group)?;
        held.close();
        Ok(1)
    })
}

/// This rank among all, from 0; -1 with RT_ERROR_TORCH_DIST_NO_GROUP without a group. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_rank() -> i64 {
    torch!("rt_torch_dist_rank", -1, rank(RuntimeValue::NIL))
}

/// This rank's place in a group (NIL: of all ranks), from 0; -1 without an error when it is no member, and
/// with a handle's error or RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_rank_in(group: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_rank_in", -1, rank(group))
}

/// How many ranks there are; -1 with RT_ERROR_TORCH_DIST_NO_GROUP without a group. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_world_size() -> i64 {
    torch!("rt_torch_dist_world_size", -1, of("group", RuntimeValue::NIL, Group::size))
}

/// How many members a group has (NIL: the group of all ranks); -1 with a handle's error or
/// RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_world_size_in(group: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_world_size_in", -1, of("group", group, Group::size))
}

/// The backend of the group of all ranks, "gloo" or "nccl", as a string that is the caller's; NIL with
/// RT_ERROR_TORCH_DIST_NO_GROUP without a group. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_backend() -> RuntimeValue {
    torch!("rt_torch_dist_backend", RuntimeValue::NIL, {
        RuntimeValue::string(dist::backend_name(dist::default_group()?.backend()))
    })
}

/// Sets for how many milliseconds the collectives of all ranks that start from now on wait for the others; 0
/// stands for half an hour. Returns 1; 0 with RT_ERROR_INVALID_ARGUMENT for a negative time or
/// RT_ERROR_TORCH_DIST_NO_GROUP. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_set_timeout(timeout_ms: i64) -> i64 {
    torch!("rt_torch_dist_set_timeout", 0, {
        dist::default_group()?.set_timeout(timeout_ms).map(|()| 1)
    })
}

/// As rt_torch_dist_set_timeout, for a group; a handle's error for what is none.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_set_timeout_in(group: RuntimeValue, timeout_ms: i64) -> i64 {
    torch!("rt_torch_dist_set_timeout_in", 0, {
        group_or_default("group", group)?.set_timeout(timeout_ms).map(|()| 1)
    })
}

#[cfg(feature = "pytorch")]
fn of<R>(name: &str, group: RuntimeValue, read: impl FnOnce(&Group) -> R) -> Result<R> {
    Ok(read(&*group_or_default(name, group)?))
}

#[cfg(feature = "pytorch")]
fn rank(group: RuntimeValue) -> Result<i64> {
    of("group", group, |group| group.rank().unwrap_or(-1))
}
