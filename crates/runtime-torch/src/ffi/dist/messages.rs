//! Messages from one rank to another.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use runtime_core::{Error, Result};

#[cfg(feature = "pytorch")]
use super::work::{How, go_on, wait};
#[cfg(feature = "pytorch")]
use crate::dist::{Collective, group_or_default};
#[cfg(feature = "pytorch")]
use crate::objects::tensor;

/// Sends a tensor to rank `dst`, which receives it with the same tag (0 to 2^31 - 1): messages of one tag arrive
/// in order. Any dtype of rt_torch_dist_all_reduce, and int16. Waits until the other receives it. Returns 1, or 0
/// with the errors of rt_torch_dist_all_reduce, and with RT_ERROR_INVALID_ARGUMENT when there is no rank `dst`, for
/// this very rank, and for a tag out of range.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_send(tensor: RuntimeValue, dst: i64, tag: i64) -> i64 {
    torch!("rt_torch_dist_send", 0, { send(RuntimeValue::NIL, tensor, dst, tag, wait) })
}

/// As rt_torch_dist_send, in a group (NIL: all ranks); `dst` is a member, by its rank among all.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_send_in(
    group: RuntimeValue,
    tensor: RuntimeValue,
    dst: i64,
    tag: i64,
) -> i64 {
    torch!("rt_torch_dist_send_in", 0, { send(group, tensor, dst, tag, wait) })
}

/// As rt_torch_dist_send_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_send_async(
    group: RuntimeValue,
    tensor: RuntimeValue,
    dst: i64,
    tag: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_send_async", RuntimeValue::NIL, { send(group, tensor, dst, tag, go_on) })
}

/// Receives a tensor of the same shape and dtype from rank `src`, as rt_torch_dist_send sends it. Waits for it.
/// Returns 1, or 0 with the errors of rt_torch_dist_send.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_recv(tensor: RuntimeValue, src: i64, tag: i64) -> i64 {
    torch!("rt_torch_dist_recv", 0, { recv(RuntimeValue::NIL, tensor, src, tag, wait) })
}

/// As rt_torch_dist_recv, in a group (NIL: all ranks); `src` is a member, by its rank among all.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_recv_in(
    group: RuntimeValue,
    tensor: RuntimeValue,
    src: i64,
    tag: i64,
) -> i64 {
    torch!("rt_torch_dist_recv_in", 0, { recv(group, tensor, src, tag, wait) })
}

/// As rt_torch_dist_recv_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_recv_async(
    group: RuntimeValue,
    tensor: RuntimeValue,
    src: i64,
    tag: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_recv_async", RuntimeValue::NIL, { recv(group, tensor, src, tag, go_on) })
}

#[cfg(feature = "pytorch")]
fn tag_of(tag: i64) -> Result<i32> {
    i32::try_from(tag)
        .ok()
        .filter(|tag| *tag >= 0)
        .ok_or_else(|| Error::invalid(format!("tag {tag} is not between 0 and {}", i32::MAX)))
}

#[cfg(feature = "pytorch")]
fn send<R>(group: RuntimeValue, input: RuntimeValue, dst: i64, tag: i64, how: How<R>) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (input, peer) = (tensor("tensor", input)?, group.member("dst", dst)?);
    how(&group, Collective::Send(&input, peer, tag_of(tag)?))
}

#[cfg(feature = "pytorch")]
fn recv<R>(
    group: RuntimeValue,
    output: RuntimeValue,
    src: i64,
    tag: i64,
    how: How<R>,
) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (output, peer) = (tensor("tensor", output)?, group.member("src", src)?);
    how(&group, Collective::Receive(&output, peer, tag_of(tag)?))
}
