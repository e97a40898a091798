//! Attention, and what says where in a sequence something is.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    super::module::give,
    crate::error::OrTorch,
    crate::kinds,
    crate::nn::handles::{give_module, layer_of, module_of},
    crate::nn::{
        Layer, Masks, MultiheadAttention, PositionalEncoding, Weights, causal_mask,
        check_probability,
    },
    crate::objects::{give_tensor, optional_tensor, tensor},
    crate::options::Options,
    tch::Tensor,
};

/// Makes an attention of `num_heads` heads that takes [batch, sequence, embed_dim], with biases and without
/// dropout, of 32-bit floats on the CPU, initialised as in PyTorch. rt_torch_module_new("MultiheadAttention",
/// options) has the other options, and PyTorch's layout [sequence, batch, …] by default.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes that are
/// not above 0 or when `num_heads` does not divide `embed_dim` (RT_ERROR_INVALID_ARGUMENT), or absurd sizes
/// (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_multihead_attention_new(embed_dim: i64, num_heads: i64) -> RuntimeValue {
    torch!("rt_torch_multihead_attention_new", RuntimeValue::NIL, {
        give_module(MultiheadAttention::module(embed_dim, num_heads, true)?)
    })
}

/// Attends from `query` to `key`, of which `value` is taken, without masks.
///
/// Returns the output, a tensor, which the caller frees; NIL and an error when `layer` is of another class
/// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_INVALID_ARGUMENT, RT_ERROR_TORCH). Threads
/// may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_multihead_attention_forward(
    layer: RuntimeValue,
    query: RuntimeValue,
    key: RuntimeValue,
    value: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_multihead_attention_forward", RuntimeValue::NIL, {
        let module = module_of("layer", layer)?;
        let attention = layer_of::<MultiheadAttention>("layer", &module, "MultiheadAttention")?;
        let (q, k, v) = (tensor("query", query)?, tensor("key", key)?, tensor("value", value)?);
        let (output, _) =
            attention.attend(&module, [&q, &k, &v], &Masks::default(), Weights::None)?;
        give_tensor(output)
    })
}

/// Attends with the options of Python's forward (a dict, or NIL): "attn_mask" [L, S] or [N * heads, L, S] and
/// "key_padding_mask" [N, S] (tensors of bools, where true hides, or of floats, which are added to the
/// scores), "is_causal" (hides what comes later; no mask has to be given with it), "need_weights" (true) and
/// "average_attn_weights" (true).
///
/// Returns a tuple of the output and, when weights are needed, the weights [N, L, S] or, not averaged,
/// [N, heads, L, S]: tensors, which the caller frees. NIL and an error as
/// rt_torch_multihead_attention_forward, and RT_ERROR_TORCH_OPTION for an unknown option. Threads may run one
/// module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_multihead_attention_forward_masked(
    module: RuntimeValue,
    query: RuntimeValue,
    key: RuntimeValue,
    value: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_multihead_attention_forward_masked", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let attention = layer_of::<MultiheadAttention>("module", &module, "MultiheadAttention")?;
        let options = Options::of("MultiheadAttention", "options", options)?;
        let (q, k, v) = (tensor("query", query)?, tensor("key", key)?, tensor("value", value)?);
        give(attention.forward_with(&module, &[Some(&q), Some(&k), Some(&v)], options)?)
    })
}

/// Attention without weights of its own: softmax(query key^T / sqrt(size) + mask) value, over the last two
/// dimensions. `attn_mask` is NIL or a tensor of bools, where here, as in PyTorch, true lets through, or of
/// floats, which are added. `is_causal` not 0 hides what comes later, and takes no mask.
///
/// Returns a tensor, which the caller frees; NIL and an error when `dropout_p` is no probability
/// (RT_ERROR_INVALID_ARGUMENT), or shapes or dtypes do not fit (RT_ERROR_TORCH). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_scaled_dot_product_attention(
    query: RuntimeValue,
    key: RuntimeValue,
    value: RuntimeValue,
    attn_mask: RuntimeValue,
    dropout_p: f64,
    is_causal: i64,
) -> RuntimeValue {
    torch!("rt_torch_scaled_dot_product_attention", RuntimeValue::NIL, {
        check_probability("dropout_p", dropout_p)?;
        let (q, k, v) = (tensor("query", query)?, tensor("key", key)?, tensor("value", value)?);
        let mask = optional_tensor("attn_mask", attn_mask)?;
        let mask = mask.as_deref();
        let causal = is_causal != 0;
        let output = Tensor::f_scaled_dot_product_attention(
            &q,
            &k,
            &v,
            mask,
            dropout_p,
            causal,
            None::<f64>,
            false,
        );
        give_tensor(output.or_torch()?)
    })
}

/// The mask that hides what comes later, as PyTorch's generate_square_subsequent_mask: [size, size], 0 on and
/// below the diagonal and minus infinity above it.
///
/// Returns a tensor, which the caller frees; NIL and an error for a negative (RT_ERROR_INVALID_ARGUMENT) or
/// absurd (RT_ERROR_TORCH_TOO_LARGE) size, an unknown dtype or device, or a dtype that is not of floats.
/// Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_square_subsequent_mask(
    size: i64,
    dtype: i64,
    device: i64,
) -> RuntimeValue {
    torch!("rt_torch_square_subsequent_mask", RuntimeValue::NIL, {
        let options = (kinds::dtype("dtype", dtype)?, kinds::device("device", device)?);
        give_tensor(causal_mask(size, size, options)?)
    })
}

/// Makes a module that adds a table of sines and cosines to [batch, sequence, d_model], so that positions
/// differ: at position p, columns 2i hold sin(p / 10000^(2i / d_model)), and columns 2i + 1 the cosine of the
/// same. `max_len` is the longest sequence. rt_torch_module_new("PositionalEncoding", options) takes
/// "d_model", "max_len", "dropout", "dtype" and "device". The table is the buffer "pe".
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes that are
/// not above 0 (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_positional_encoding_new(d_model: i64, max_len: i64) -> RuntimeValue {
    torch!("rt_torch_positional_encoding_new", RuntimeValue::NIL, {
        give_module(PositionalEncoding::module(d_model, max_len)?)
    })
}

/// Adds the table of a positional encoding to an input [batch, sequence, d_model] or [sequence, d_model].
///
/// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
/// (RT_ERROR_WRONG_KIND), or the input is of another shape or too long (RT_ERROR_INVALID_ARGUMENT). Threads
/// may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_positional_encoding_forward(
    module: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_positional_encoding_forward", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let layer = layer_of::<PositionalEncoding>("module", &module, "PositionalEncoding")?;
        give_tensor(layer.forward(&module, &*tensor("input", input)?)?)
    })
}
