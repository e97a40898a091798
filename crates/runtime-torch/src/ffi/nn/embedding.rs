//! Tables of vectors.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    super::linear::give_parameter,
    crate::nn::handles::{give_module, layer_of, module_of},
    crate::nn::{Embedding, Layer},
    crate::objects::{give_tensor, tensor},
};

/// Makes a table of `num_embeddings` vectors of `embedding_dim` 32-bit floats on the CPU, normally
/// distributed. The vector at `padding_idx` is 0 and is not trained; -1 stands for none.
/// rt_torch_module_new("Embedding", options) has the other options.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for a negative size
/// or a `padding_idx` that is neither -1 nor a vector's (RT_ERROR_INVALID_ARGUMENT), or an absurd size
/// (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_embedding_new(
    num_embeddings: i64,
    embedding_dim: i64,
    padding_idx: i64,
) -> RuntimeValue {
    torch!("rt_torch_embedding_new", RuntimeValue::NIL, {
        let padding = (padding_idx != -1).then_some(padding_idx);
        give_module(Embedding::module(num_embeddings, embedding_dim, padding)?)
    })
}

/// The vectors at the indices in `input` (a tensor of 32- or 64-bit ints of any shape): its shape with the
/// vectors' size behind it.
///
/// Returns a tensor, which the caller frees; NIL and an error when `module` is of another class
/// (RT_ERROR_WRONG_KIND), or for an index out of range or a tensor that is not of ints (RT_ERROR_TORCH).
/// Threads may run one module at once, unless it has a max_norm.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_embedding_forward(
    module: RuntimeValue,
    input: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_embedding_forward", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        let layer = layer_of::<Embedding>("module", &module, "Embedding")?;
        give_tensor(layer.forward(&module, &*tensor("input", input)?)?)
    })
}

/// The table of an embedding: a new handle of the very parameter, which the caller frees.
///
/// NIL and an error when `module` is of another class (RT_ERROR_WRONG_KIND). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_embedding_get_weight(module: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_embedding_get_weight", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        layer_of::<Embedding>("module", &module, "Embedding")?;
        give_parameter(&module, "weight")
    })
}

/// Makes an embedding of the vectors in `weight`, a tensor of two dimensions, whose memory it shares as in
/// PyTorch. `freeze` not 0 says that they are not trained; the tensor itself is left as it is. The vector at
/// `padding_idx` has no gradient; -1 stands for none.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error when `weight` has
/// other dimensions or `padding_idx` is out of range (RT_ERROR_INVALID_ARGUMENT). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_embedding_from_pretrained(
    weight: RuntimeValue,
    freeze: i64,
    padding_idx: i64,
) -> RuntimeValue {
    torch!("rt_torch_embedding_from_pretrained", RuntimeValue::NIL, {
        let padding = (padding_idx != -1).then_some(padding_idx);
        let weight = tensor("weight", weight)?;
        give_module(Embedding::from_pretrained(&weight, freeze != 0, padding)?)
    })
}
