//! DistributedDataParallel.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use crate::dist::{DDPS, Ddp, DdpOptions};
#[cfg(feature = "pytorch")]
use crate::ffi::nn::module::{Inputs, give};
#[cfg(feature = "pytorch")]
use crate::nn::handles::{give_module, module_of};
#[cfg(feature = "pytorch")]
use crate::options::Options;
#[cfg(feature = "pytorch")]
use std::sync::Arc;

/// Wraps a module, so that all ranks train it together: rank 0's parameters and buffers become everybody's,
/// and backward of what rt_torch_dist_ddp_forward returns leaves the mean of the ranks' gradients in the
/// module's own parameters. Every rank calls this, with a module of the same shapes.
///
/// Returns a wrapper, the caller's to free with rt_torch_dist_ddp_free; the module's handle stays the
/// caller's. NIL with RT_ERROR_TORCH_DIST_NO_GROUP without a process group, RT_ERROR_INVALID_ARGUMENT for a
/// module without a parameter that needs a gradient, RT_ERROR_TORCH when the ranks' modules differ, the
/// errors of a collective (see rt_torch_dist_all_reduce), or a handle's error.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_ddp_new(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dist_ddp_new", RuntimeValue::NIL, {
        let module = module_of("module", module)?.clone();
        DDPS.give(Ddp::new(module, &DdpOptions::default())?)
    })
}

/// Wraps a module with options of PyTorch's, a dict or NIL: `bucket_cap_mb` (25: how many MiB of gradients are
/// reduced at once), `find_unused_parameters` (false: every parameter takes part in every backward),
/// `broadcast_buffers` (true: rank 0's buffers go to all before each forward), `gradient_as_bucket_view`
/// (false), `static_graph` (false), `process_group` (a group; all ranks).
///
/// As rt_torch_dist_ddp_new, and NIL with RT_ERROR_TORCH_OPTION for an option that there is not, or a value
/// that it does not take.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_ddp_new_with(
    module: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_dist_ddp_new_with", RuntimeValue::NIL, {
        let module = module_of("module", module)?.clone();
        let given = Options::of("DistributedDataParallel", "options", options)?;
        let options = DdpOptions::read(&given)?;
        given.finish()?;
        DDPS.give(Ddp::new(module, &options)?)
    })
}

/// Runs the wrapped module, as rt_torch_module_forward does. With gradients recorded and synchronizing on, the
/// backward after it reduces gradients across the ranks, so every rank runs as many of both. One forward
/// belongs to one backward.
///
/// Returns what rt_torch_module_forward returns. NIL with its errors; RT_ERROR_TORCH when the last backward
/// did not reach all parameters (`find_unused_parameters`, `static_graph`); the errors of a collective;
/// RT_ERROR_TORCH_DIST_NO_GROUP after the group was destroyed. A reduction that fails is an error of
/// rt_torch_backward. One thread at a time.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_ddp_forward(
    ddp: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_dist_ddp_forward", RuntimeValue::NIL, {
        let ddp = Arc::clone(&*DDPS.get("ddp", ddp)?);
        give(ddp.forward(&Inputs::of("input", input)?.tensors())?)
    })
}

/// Whether backward of the next forwards reduces gradients: 0 is PyTorch's no_sync, to add gradients up over
/// several batches; the first backward with 1 again reduces their sums. Set it before the forward. Returns 1,
/// or 0 with a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_ddp_set_sync(ddp: RuntimeValue, sync: i64) -> i64 {
    torch!("rt_torch_dist_ddp_set_sync", 0, {
        DDPS.get("ddp", ddp)?.set_sync(sync != 0);
        Ok(1)
    })
}

/// The module that is wrapped: a new handle, the caller's to free with rt_torch_module_free. NIL with a
/// handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_ddp_module(ddp: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_dist_ddp_module", RuntimeValue::NIL, {
        give_module(DDPS.get("ddp", ddp)?.module().clone())
    })
}

/// Ends a wrapper; the module stays, and its gradients are its own again: at once, or when the backwards that
/// other threads are in are over. Returns 1, or 0 with a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_ddp_free(ddp: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_ddp_free", 0, {
        DDPS.free("ddp", ddp)?;
        Ok(1)
    })
}
