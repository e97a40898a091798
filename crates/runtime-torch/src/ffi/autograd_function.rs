//! Functions with a gradient of the program's own, and checkpoints.

use std::ffi::c_void;

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::done;
#[cfg(feature = "pytorch")]
use crate::arguments;
#[cfg(feature = "pytorch")]
use crate::callable::{Code, Function};
#[cfg(feature = "pytorch")]
use crate::checkpoint::checkpoint;
#[cfg(feature = "pytorch")]
use crate::context;
#[cfg(feature = "pytorch")]
use crate::custom::{CustomFunction, FUNCTIONS};
#[cfg(feature = "pytorch")]
use crate::jit::plain_inputs;
#[cfg(feature = "pytorch")]
use crate::objects::tensor;
#[cfg(feature = "pytorch")]
use crate::values::encode;
#[cfg(feature = "pytorch")]
use runtime_core::userdata::Userdata;
#[cfg(feature = "pytorch")]
use runtime_core::{Error, error::codes::RT_ERROR_NULL_POINTER};
#[cfg(feature = "pytorch")]
use runtime_value::{Array, Tuple, View};
#[cfg(feature = "pytorch")]
use std::sync::Arc;

/// The error for a function that is null.
#[cfg(feature = "pytorch")]
fn null(name: &str) -> Error {
    Error::new(RT_ERROR_NULL_POINTER, format!("{name} is null"))
}

/// Makes a function whose gradient the program computes, as torch.autograd.Function does. `forward_fn`
/// and `backward_fn` are the addresses of
/// ```c
/// RuntimeValue forward(RuntimeValue ctx, RuntimeValue inputs);
/// RuntimeValue backward(RuntimeValue ctx, RuntimeValue grad_outputs);
/// ```
/// or closure values, whose code gets the closure's word before these two. The forward gets an array of
/// tensors, runs unrecorded, and returns a tensor, or an array or tuple of tensors. What the backward
/// needs it saves in the context: tensors with `rt_torch_autograd_context_save_tensor`, values with
/// `..._save_value`. The backward gets an array with the gradient of each output (zeros for one that
/// nothing depends on; NIL after `rt_torch_autograd_context_set_materialize_grads(ctx, 0)`), and returns
/// the gradients of the inputs, NIL for an input that has none: a tensor for one input, else an array or
/// tuple. With create_graph its operations are recorded, so it can be differentiated itself.
///
/// The context and the arrays and tensors that a callback is given live as long as the call. What it
/// returns passes to the runtime, which frees the handles of tensors in it and the array or tuple. It
/// reports a failure by returning ERROR, or NIL with a last error; that error is the one of the function
/// that led to the call. The last error is cleared before each call. On the CPU the backward runs on the
/// thread that asked for gradients; gradients of tensors on a GPU are computed on a thread of PyTorch's,
/// so code must be callable there. A callback must be callable, and a closure live, as long as the
/// function or a tensor that it made.
///
/// Returns the handle; the caller frees it with `rt_torch_autograd_function_free`. NIL with
/// RT_ERROR_NULL_POINTER or RT_ERROR_INVALID_ARGUMENT where no code is. Thread-safe.
///
/// # Safety
/// The addresses are those of such functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_autograd_function_new(
    forward_fn: i64,
    backward_fn: i64,
) -> RuntimeValue {
    torch!("rt_torch_autograd_function_new", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for what is at the addresses.
        let forward = unsafe { Code::of_number("forward_fn", forward_fn)? };
        // SAFETY: as above.
        let backward = unsafe { Code::of_number("backward_fn", backward_fn)? };
        FUNCTIONS.give(Arc::new(CustomFunction::new(forward, backward)))
    })
}

/// As `rt_torch_autograd_function_new`, for functions that get `userdata` first. Takes `userdata` over:
/// `drop`, unless it is NULL, is called with it when the function and all that it made are gone, on
/// whichever thread that happens; also when this fails.
///
/// # Safety
/// The functions and `drop` are callable with `userdata` on any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_autograd_function_new_with(
    forward_fn: Option<
        unsafe extern "C-unwind" fn(
            userdata: *mut c_void,
            ctx: RuntimeValue,
            inputs: RuntimeValue,
        ) -> RuntimeValue,
    >,
    backward_fn: Option<
        unsafe extern "C-unwind" fn(
            userdata: *mut c_void,
            ctx: RuntimeValue,
            grad_outputs: RuntimeValue,
        ) -> RuntimeValue,
    >,
    userdata: *mut c_void,
    drop: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>,
) -> RuntimeValue {
    torch!("rt_torch_autograd_function_new_with", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for the functions.
        let userdata = Arc::new(unsafe { Userdata::new(userdata, drop) });
        let forward = forward_fn.ok_or_else(|| null("forward_fn"))? as *const ();
        let backward = backward_fn.ok_or_else(|| null("backward_fn"))? as *const ();
        FUNCTIONS.give(Arc::new(CustomFunction::new(
            Code::With(forward, Arc::clone(&userdata)),
            Code::With(backward, userdata),
        )))
    })
}

/// Runs a custom function's forward on `inputs`, an array or tuple of tensors or one tensor, and gives
/// what it returns its gradient.
///
/// Returns what the forward returned, a tensor or an array or tuple of tensors, as new handles that are
/// the caller's to free. NIL with the forward's own error; with RT_ERROR_PANIC when it panics; with
/// RT_ERROR_TORCH_CALLBACK when it returns something else; with a handle's error for what is no function
/// and for what is no tensor. Threads may run one function at once if its code allows it.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_function_apply(
    func: RuntimeValue,
    inputs: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_autograd_function_apply", RuntimeValue::NIL, {
        let function = Arc::clone(&*FUNCTIONS.get("func", func)?);
        let several = Array::find(inputs).is_some() || Tuple::find(inputs).is_some();
        let inputs = if several {
            arguments::tensors("inputs", inputs)?
        } else {
            vec![tensor("inputs", inputs)?.shallow_clone()]
        };
        encode(function.apply(&inputs)?)
    })
}

/// Ends a custom function's handle. What it made keeps its gradient. Returns 1; 0 with a handle's error
/// for what is no function. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_function_free(func: RuntimeValue) -> i64 {
    torch!("rt_torch_autograd_function_free", 0, done(FUNCTIONS.free("func", func)))
}

/// Says that an output of a custom function's forward has no gradient: called in the forward, with a
/// tensor that it returns then. Returns 1; 0 with a handle's error for what is no context and for what is
/// no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_mark_non_differentiable(
    ctx: RuntimeValue,
    output: RuntimeValue,
) -> i64 {
    torch!("rt_torch_autograd_context_mark_non_differentiable", 0, {
        let output = tensor("output", output)?;
        context::with("ctx", ctx, |context| {
            context.mark_without_gradient(&output);
            Ok(1)
        })
    })
}

/// Says, in a custom function's forward, whether the backward gets zeros for the gradients of outputs
/// that nothing depends on (`value` other than 0, as at first), or NIL (0). Returns 1; 0 with a handle's
/// error for what is no context. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_set_materialize_grads(
    ctx: RuntimeValue,
    value: i64,
) -> i64 {
    torch!("rt_torch_autograd_context_set_materialize_grads", 0, {
        context::with("ctx", ctx, |context| {
            context.set_materialize(value != 0);
            Ok(1)
        })
    })
}

/// 1 when the gradient of the input at this place is wanted, in a custom function's forward and backward,
/// else 0, also where no input is. 0 with a handle's error for what is no context. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_needs_input_grad(ctx: RuntimeValue, index: i64) -> i64 {
    torch!("rt_torch_autograd_context_needs_input_grad", 0, {
        context::with("ctx", ctx, |context| Ok(i64::from(context.wants(index))))
    })
}

/// Runs a part of a network without keeping what its gradient needs: backward runs it again. That costs
/// time and saves memory; the gradients are the same, and so are the random numbers (of dropout, for
/// one), also when checkpoints nest. It works as torch.utils.checkpoint with use_reentrant=False.
///
/// `func` is a module, a TorchScript module, a closure, or an int that is the address of a function
/// `RuntimeValue f(RuntimeValue inputs)`; a closure's code gets the closure's word first. Code gets an
/// array of the inputs, returns a tensor or an array, tuple or dict of tensors, and must compute the same
/// each time; what it gets and returns, and how it fails, is as with `rt_torch_autograd_function_new`.
/// It must be callable, and a closure live, as long as a tensor that it made. `inputs` is an array or
/// tuple of inputs, or the only one.
///
/// Returns what `func` returned, as new handles that are the caller's to free. NIL with the error of
/// `func`; with RT_ERROR_NULL_POINTER or RT_ERROR_INVALID_ARGUMENT for an int where no code is; with
/// RT_ERROR_WRONG_TYPE or RT_ERROR_NOT_A_VALUE for another value, and with a handle's error for what is
/// no tensor. An error of a later run, or one that computes something else, is backward's. While random
/// numbers are drawn again, other threads' numbers are disturbed: PyTorch's generator is the process's.
///
/// # Safety
/// An address is that of such a function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_checkpoint(
    func: RuntimeValue,
    inputs: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_checkpoint", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for what is at an address.
        let function = unsafe { Function::of("func", func)? };
        encode(checkpoint(function, &plain_inputs("inputs", inputs)?)?)
    })
}

/// As `rt_torch_checkpoint`, for a function that gets `userdata` first. Takes `userdata` over: `drop`,
/// unless it is NULL, is called with it when all that the function made is gone, on whichever thread
/// that happens; also when this fails.
///
/// # Safety
/// The function and `drop` are callable with `userdata` on any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_checkpoint_with(
    func: Option<
        unsafe extern "C-unwind" fn(userdata: *mut c_void, inputs: RuntimeValue) -> RuntimeValue,
    >,
    inputs: RuntimeValue,
    userdata: *mut c_void,
    drop: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>,
) -> RuntimeValue {
    torch!("rt_torch_checkpoint_with", RuntimeValue::NIL, {
        // SAFETY: the caller vouches for the functions.
        let userdata = unsafe { Userdata::new(userdata, drop) };
        let function = func.ok_or_else(|| null("func"))?;
        // SAFETY: as above.
        let function = unsafe { Function::with(function, userdata) };
        encode(checkpoint(function, &plain_inputs("inputs", inputs)?)?)
    })
}
