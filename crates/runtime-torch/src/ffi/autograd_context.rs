//! Autograd contexts: what a function's forward leaves for its backward.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::done;
#[cfg(feature = "pytorch")]
use crate::arguments::give_array;
#[cfg(feature = "pytorch")]
use crate::context;
#[cfg(feature = "pytorch")]
use crate::objects;

/// The word that was given along with a key, to whoever asks for it.
#[cfg(feature = "pytorch")]
fn word_or_nil(bits: Option<u64>) -> RuntimeValue {
    // SAFETY: it is a word that a caller gave, and every function checks the words that it gets.
    bits.map_or(RuntimeValue::NIL, |bits| unsafe { RuntimeValue::from_bits(bits) })
}

/// Makes an empty context: a place for tensors and values that a function's forward leaves for its
/// backward. The caller frees it with `rt_torch_autograd_context_free`. NIL and
/// RT_ERROR_HANDLES_EXHAUSTED when no handle is left. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_new() -> RuntimeValue {
    torch!("rt_torch_autograd_context_new", RuntimeValue::NIL, context::give())
}

/// Adds a tensor to the context's list. It stays alive with the context, whether or not its handle
/// is freed. Returns 1; 0 with a handle's error for what is no context and for what is no tensor.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_save_tensor(
    ctx: RuntimeValue,
    tensor: RuntimeValue,
) -> i64 {
    torch!(
        "rt_torch_autograd_context_save_tensor",
        0,
        context::with("ctx", ctx, |context| {
            context.save_tensor(&*objects::tensor("tensor", tensor)?);
            Ok(1)
        })
    )
}

/// The tensors of the context in the order in which they were saved: a new array that is the
/// caller's, of new handles of the same tensors that are the caller's to free. NIL with a handle's
/// error for what is no context. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_get_saved_tensors(ctx: RuntimeValue) -> RuntimeValue {
    torch!(
        "rt_torch_autograd_context_get_saved_tensors",
        RuntimeValue::NIL,
        give_array(context::with("ctx", ctx, |context| Ok(context.saved_tensors()))?)
    )
}

/// Sets the value of a key. Keys are compared by their text: the int 1 is the string "1". The
/// context neither checks nor owns what the value refers to. Returns 1; 0 with a handle's error for
/// what is no context, and with RT_ERROR_NOT_A_VALUE for a key that is a forged or freed word.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_save_value(
    ctx: RuntimeValue,
    key: RuntimeValue,
    value: RuntimeValue,
) -> i64 {
    torch!(
        "rt_torch_autograd_context_save_value",
        0,
        done(context::with("ctx", ctx, |context| context.save_value(key, value)))
    )
}

/// The value that was saved under the key, or NIL without an error when there is none. NIL with a
/// handle's error for what is no context, and with RT_ERROR_NOT_A_VALUE for a key that is a forged
/// or freed word. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_get_value(
    ctx: RuntimeValue,
    key: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_autograd_context_get_value",
        RuntimeValue::NIL,
        context::with("ctx", ctx, |context| context.value(key)).map(word_or_nil)
    )
}

/// Ends a context, and gives its tensors up. Returns 1; 0 with a handle's error for what is no
/// context. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_autograd_context_free(ctx: RuntimeValue) -> i64 {
    torch!("rt_torch_autograd_context_free", 0, done(context::free("ctx", ctx)))
}
