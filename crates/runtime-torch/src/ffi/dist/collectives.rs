//! What all ranks of a group do together.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use runtime_core::Result;
#[cfg(feature = "pytorch")]
use runtime_value::{Array, View};
#[cfg(feature = "pytorch")]
use tch::Tensor;

#[cfg(feature = "pytorch")]
use super::work::{How, go_on, wait};
#[cfg(feature = "pytorch")]
use crate::arguments::tensors;
#[cfg(feature = "pytorch")]
use crate::dist::{self, Collective, Group, group_or_default};
#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{give_tensor, tensor};

/// Waits until all ranks have called this. Returns 1, or 0 with the errors of rt_torch_dist_all_reduce.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_barrier() -> i64 {
    torch!("rt_torch_dist_barrier", 0, barrier(RuntimeValue::NIL, wait))
}

/// As rt_torch_dist_barrier, in a group (NIL: all ranks); a handle's error for what is none.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_barrier_in(group: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_barrier_in", 0, { barrier(group, wait) })
}

/// As rt_torch_dist_barrier_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_barrier_async(group: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dist_barrier_async", RuntimeValue::NIL, { barrier(group, go_on) })
}

/// Reduces a tensor across all ranks, in place: `op` is 0 sum, 1 product, 2 min, 3 max, 4 avg. Every rank calls
/// this with a tensor of the same shape and dtype, and has the result then.
///
/// gloo has float32, float64, float16, bfloat16, int32, int64, int8, uint8, bool, and complex64 and complex128
/// for sum and avg; avg is for floats and complex numbers. The tensor is contiguous. It is changed as it lies
/// in memory, whether it needs a gradient or not.
///
/// Returns 1. 0 with RT_ERROR_TORCH_DIST_NO_GROUP before a group is formed, after it was destroyed, or on a rank
/// that is no member; RT_ERROR_TORCH_DTYPE and RT_ERROR_INVALID_ARGUMENT for a tensor that will not do, or an
/// op that is none; a handle's error. And with what goes wrong between ranks, after which the group is of no use
/// and should be destroyed: RT_ERROR_TORCH_DIST_TIMEOUT when a rank does not take part within the group's
/// time-out; RT_ERROR_TORCH_DIST_PEER when the connection to one broke, since it died or failed itself;
/// RT_ERROR_TORCH_DIST_MISMATCH when one was in another collective, or with another shape, dtype or op. Shapes
/// that differ are told apart where all ranks are of this library. Waits, for at most the group's time-out;
/// several threads may call collectives, as long as all ranks do so in the same order.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_reduce(tensor: RuntimeValue, op: i64) -> i64 {
    torch!("rt_torch_dist_all_reduce", 0, { all_reduce(RuntimeValue::NIL, tensor, op, wait) })
}

/// As rt_torch_dist_all_reduce, in a group (NIL: all ranks); a handle's error for what is none.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_reduce_in(
    group: RuntimeValue,
    tensor: RuntimeValue,
    op: i64,
) -> i64 {
    torch!("rt_torch_dist_all_reduce_in", 0, { all_reduce(group, tensor, op, wait) })
}

/// As rt_torch_dist_all_reduce_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_reduce_async(
    group: RuntimeValue,
    tensor: RuntimeValue,
    op: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_all_reduce_async", RuntimeValue::NIL, {
        all_reduce(group, tensor, op, go_on)
    })
}

/// Gives the tensor of rank `src` to all: every rank calls this with a tensor of the same shape and dtype, which
/// is written on the others. Returns 1, or 0 with the errors of rt_torch_dist_all_reduce, and with
/// RT_ERROR_INVALID_ARGUMENT when there is no rank `src`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_broadcast(tensor: RuntimeValue, src: i64) -> i64 {
    torch!("rt_torch_dist_broadcast", 0, { broadcast(RuntimeValue::NIL, tensor, src, wait) })
}

/// As rt_torch_dist_broadcast, in a group (NIL: all ranks); `src` is a member, by its rank among all.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_broadcast_in(
    group: RuntimeValue,
    tensor: RuntimeValue,
    src: i64,
) -> i64 {
    torch!("rt_torch_dist_broadcast_in", 0, { broadcast(group, tensor, src, wait) })
}

/// As rt_torch_dist_broadcast_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_broadcast_async(
    group: RuntimeValue,
    tensor: RuntimeValue,
    src: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_broadcast_async", RuntimeValue::NIL, {
        broadcast(group, tensor, src, go_on)
    })
}

/// Gives the tensors of all ranks to all. `tensor_list` is an array (or tuple) of one tensor for each rank, which
/// are written; an empty array gets new ones, with handles that are the caller's to free. All have the shape and
/// dtype of `tensor`. Returns 1, or 0 with the errors of rt_torch_dist_all_reduce, and of an array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_gather(tensor_list: RuntimeValue, tensor: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_all_gather", 0, {
        all_gather(RuntimeValue::NIL, tensor_list, tensor, wait)
    })
}

/// As rt_torch_dist_all_gather, in a group (NIL: all ranks); a handle's error for what is none.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_gather_in(
    group: RuntimeValue,
    tensor_list: RuntimeValue,
    tensor: RuntimeValue,
) -> i64 {
    torch!("rt_torch_dist_all_gather_in", 0, { all_gather(group, tensor_list, tensor, wait) })
}

/// As rt_torch_dist_all_gather_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_gather_async(
    group: RuntimeValue,
    tensor_list: RuntimeValue,
    tensor: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_dist_all_gather_async", RuntimeValue::NIL, {
        all_gather(group, tensor_list, tensor, go_on)
    })
}

/// Adds the lists of all ranks up, and gives each rank one of the sums: `output` becomes the sum of the ranks'
/// `input_list[rank]`. The list is an array of one tensor for each rank, all with the shape and dtype of `output`.
/// Returns 1, or 0 with the errors of rt_torch_dist_all_reduce, and of an array.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_reduce_scatter(
    output: RuntimeValue,
    input_list: RuntimeValue,
) -> i64 {
    torch!("rt_torch_dist_reduce_scatter", 0, {
        reduce_scatter(RuntimeValue::NIL, output, input_list, 0, wait)
    })
}

/// As rt_torch_dist_reduce_scatter, in a group (NIL: all ranks), with an `op` as of rt_torch_dist_all_reduce.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_reduce_scatter_in(
    group: RuntimeValue,
    output: RuntimeValue,
    input_list: RuntimeValue,
    op: i64,
) -> i64 {
    torch!("rt_torch_dist_reduce_scatter_in", 0, {
        reduce_scatter(group, output, input_list, op, wait)
    })
}

/// As rt_torch_dist_reduce_scatter_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_reduce_scatter_async(
    group: RuntimeValue,
    output: RuntimeValue,
    input_list: RuntimeValue,
    op: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_reduce_scatter_async", RuntimeValue::NIL, {
        reduce_scatter(group, output, input_list, op, go_on)
    })
}

/// As rt_torch_dist_all_reduce, but only rank `dst` has the result; what the others' tensors hold then is not
/// said. Returns 1, or 0 with its errors, and with RT_ERROR_INVALID_ARGUMENT when there is no rank `dst`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_reduce(tensor: RuntimeValue, dst: i64, op: i64) -> i64 {
    torch!("rt_torch_dist_reduce", 0, { reduce(RuntimeValue::NIL, tensor, dst, op, wait) })
}

/// As rt_torch_dist_reduce, in a group (NIL: all ranks); `dst` is a member, by its rank among all.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_reduce_in(
    group: RuntimeValue,
    tensor: RuntimeValue,
    dst: i64,
    op: i64,
) -> i64 {
    torch!("rt_torch_dist_reduce_in", 0, { reduce(group, tensor, dst, op, wait) })
}

/// As rt_torch_dist_reduce_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_reduce_async(
    group: RuntimeValue,
    tensor: RuntimeValue,
    dst: i64,
    op: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_reduce_async", RuntimeValue::NIL, {
        reduce(group, tensor, dst, op, go_on)
    })
}

/// Gives the tensors of all ranks to rank `dst`, where `tensor_list` is as in rt_torch_dist_all_gather; on the
/// others it is not looked at. Returns 1, or 0 with the errors of rt_torch_dist_all_gather, and with
/// RT_ERROR_INVALID_ARGUMENT when there is no rank `dst`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_gather(
    tensor: RuntimeValue,
    tensor_list: RuntimeValue,
    dst: i64,
) -> i64 {
    torch!("rt_torch_dist_gather", 0, { gather(RuntimeValue::NIL, tensor, tensor_list, dst, wait) })
}

/// As rt_torch_dist_gather, in a group (NIL: all ranks); `dst` is a member, by its rank among all.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_gather_in(
    group: RuntimeValue,
    tensor: RuntimeValue,
    tensor_list: RuntimeValue,
    dst: i64,
) -> i64 {
    torch!("rt_torch_dist_gather_in", 0, { gather(group, tensor, tensor_list, dst, wait) })
}

/// As rt_torch_dist_gather_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_gather_async(
    group: RuntimeValue,
    tensor: RuntimeValue,
    tensor_list: RuntimeValue,
    dst: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_gather_async", RuntimeValue::NIL, {
        gather(group, tensor, tensor_list, dst, go_on)
    })
}

/// Gives each rank one tensor of rank `src`, whose `tensor_list` is an array of one for each rank; on the others
/// it is not looked at. `tensor` is written. Returns 1, or 0 with the errors of rt_torch_dist_reduce_scatter, and
/// with RT_ERROR_INVALID_ARGUMENT when there is no rank `src`.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_scatter(
    tensor: RuntimeValue,
    tensor_list: RuntimeValue,
    src: i64,
) -> i64 {
    torch!("rt_torch_dist_scatter", 0, {
        scatter(RuntimeValue::NIL, tensor, tensor_list, src, wait)
    })
}

/// As rt_torch_dist_scatter, in a group (NIL: all ranks); `src` is a member, by its rank among all.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_scatter_in(
    group: RuntimeValue,
    tensor: RuntimeValue,
    tensor_list: RuntimeValue,
    src: i64,
) -> i64 {
    torch!("rt_torch_dist_scatter_in", 0, { scatter(group, tensor, tensor_list, src, wait) })
}

/// As rt_torch_dist_scatter_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_scatter_async(
    group: RuntimeValue,
    tensor: RuntimeValue,
    tensor_list: RuntimeValue,
    src: i64,
) -> RuntimeValue {
    torch!("rt_torch_dist_scatter_async", RuntimeValue::NIL, {
        scatter(group, tensor, tensor_list, src, go_on)
    })
}

/// Gives each rank one tensor of every rank: `output_list[i]` becomes the `input_list` of rank i at this rank's
/// place. Both are arrays of one tensor for each rank, all of one shape and dtype; an empty `output_list` gets
/// new ones, as in rt_torch_dist_all_gather. Returns 1, or 0 with the errors of rt_torch_dist_all_gather.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_to_all(
    output_list: RuntimeValue,
    input_list: RuntimeValue,
) -> i64 {
    torch!("rt_torch_dist_all_to_all", 0, {
        all_to_all(RuntimeValue::NIL, output_list, input_list, wait)
    })
}

/// As rt_torch_dist_all_to_all, in a group (NIL: all ranks); a handle's error for what is none.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_to_all_in(
    group: RuntimeValue,
    output_list: RuntimeValue,
    input_list: RuntimeValue,
) -> i64 {
    torch!("rt_torch_dist_all_to_all_in", 0, { all_to_all(group, output_list, input_list, wait) })
}

/// As rt_torch_dist_all_to_all_in, without waiting: returns a work for rt_torch_dist_work_wait, the caller's to free with
/// rt_torch_dist_work_free. NIL with the errors of arguments; what goes wrong between ranks is an error of
/// the wait.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_all_to_all_async(
    group: RuntimeValue,
    output_list: RuntimeValue,
    input_list: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_dist_all_to_all_async", RuntimeValue::NIL, {
        all_to_all(group, output_list, input_list, go_on)
    })
}

/// The tensors of a list to be written, and what has to be added to the list when it is done.
#[cfg(feature = "pytorch")]
struct Outputs {
    tensors: Vec<Tensor>,
    empty: Option<Array>,
}

#[cfg(feature = "pytorch")]
impl Outputs {
    /// The tensors of the list; new ones like `model` for an empty array.
    fn of(group: &Group, name: &str, list: RuntimeValue, model: &Tensor) -> Result<Self> {
        let empty = Array::find(list).filter(Array::is_empty);
        if empty.is_none() {
            return Ok(Self { tensors: tensors(name, list)?, empty });
        }
        let kind = model.f_kind().or_torch()?;
        let mut all = model.size();
        all.push(group.size());
        crate::memory::check(name, &all, kind, model.device())?;
        let new = || Tensor::f_empty(model.size(), (kind, model.device())).or_torch();
        let tensors = (0..group.size()).map(|_| new()).collect::<Result<_>>()?;
        Ok(Self { tensors, empty })
    }

    /// Puts handles of the new tensors into the empty list.
    fn give(self) -> Result<()> {
        let Some(array) = self.empty else { return Ok(()) };
        for tensor in self.tensors {
            array.push(give_tensor(tensor)?)?;
        }
        Ok(())
    }
}

#[cfg(feature = "pytorch")]
fn barrier<R>(group: RuntimeValue, how: How<R>) -> Result<R> {
    how(&group_or_default("group", group)?, Collective::Barrier)
}

#[cfg(feature = "pytorch")]
fn all_reduce<R>(group: RuntimeValue, input: RuntimeValue, op: i64, how: How<R>) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (input, op) = (tensor("tensor", input)?, dist::reduction(op)?);
    how(&group, Collective::AllReduce(&input, op))
}

#[cfg(feature = "pytorch")]
fn broadcast<R>(group: RuntimeValue, input: RuntimeValue, src: i64, how: How<R>) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (input, root) = (tensor("tensor", input)?, group.member("src", src)?);
    how(&group, Collective::Broadcast(&input, root))
}

#[cfg(feature = "pytorch")]
fn all_gather<R>(
    group: RuntimeValue,
    list: RuntimeValue,
    input: RuntimeValue,
    how: How<R>,
) -> Result<R> {
    let group = group_or_default("group", group)?;
    let input = tensor("tensor", input)?;
    let outputs = Outputs::of(&group, "tensor_list", list, &input)?;
    let result = how(&group, Collective::AllGather(&outputs.tensors, &input))?;
    outputs.give()?;
    Ok(result)
}

#[cfg(feature = "pytorch")]
fn reduce_scatter<R>(
    group: RuntimeValue,
    output: RuntimeValue,
    list: RuntimeValue,
    op: i64,
    how: How<R>,
) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (output, list) = (tensor("output", output)?, tensors("input_list", list)?);
    how(&group, Collective::ReduceScatter(&output, &list, dist::reduction(op)?))
}

#[cfg(feature = "pytorch")]
fn reduce<R>(
    group: RuntimeValue,
    input: RuntimeValue,
    dst: i64,
    op: i64,
    how: How<R>,
) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (input, root) = (tensor("tensor", input)?, group.member("dst", dst)?);
    how(&group, Collective::Reduce(&input, dist::reduction(op)?, root))
}

#[cfg(feature = "pytorch")]
fn gather<R>(
    group: RuntimeValue,
    input: RuntimeValue,
    list: RuntimeValue,
    dst: i64,
    how: How<R>,
) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (input, root) = (tensor("tensor", input)?, group.member("dst", dst)?);
    if group.rank() != Some(i64::from(root)) {
        return how(&group, Collective::Gather(&[], &input, root));
    }
    let outputs = Outputs::of(&group, "tensor_list", list, &input)?;
    let result = how(&group, Collective::Gather(&outputs.tensors, &input, root))?;
    outputs.give()?;
    Ok(result)
}

#[cfg(feature = "pytorch")]
fn scatter<R>(
    group: RuntimeValue,
    output: RuntimeValue,
    list: RuntimeValue,
    src: i64,
    how: How<R>,
) -> Result<R> {
    let group = group_or_default("group", group)?;
    let (output, root) = (tensor("tensor", output)?, group.member("src", src)?);
    let is_root = group.rank() == Some(i64::from(root));
    let list = if is_root { tensors("tensor_list", list)? } else { Vec::new() };
    how(&group, Collective::Scatter(&output, &list, root))
}

#[cfg(feature = "pytorch")]
fn all_to_all<R>(
    group: RuntimeValue,
    output_list: RuntimeValue,
    input_list: RuntimeValue,
    how: How<R>,
) -> Result<R> {
    let group = group_or_default("group", group)?;
    let inputs = tensors("input_list", input_list)?;
    let Some(model) = inputs.first() else {
        return Err(runtime_core::Error::invalid("input_list is empty"));
    };
    let outputs = Outputs::of(&group, "output_list", output_list, model)?;
    let result = how(&group, Collective::AllToAll(&outputs.tensors, &inputs))?;
    outputs.give()?;
    Ok(result)
}
