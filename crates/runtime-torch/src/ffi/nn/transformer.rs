//! The layers of transformers, and stacks of them.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    super::module::give,
    crate::nn::handles::{give_module, layer_of, module_of},
    crate::nn::{
        Decoder, DecoderLayer, DecoderMasks, Encoder, EncoderLayer, Masks, Module,
        TransformerSettings,
    },
    crate::objects::{give_tensor, tensor},
    crate::options::Options,
    runtime_core::Result,
};

/// Makes an encoder layer that takes [batch, sequence, d_model], with PyTorch's defaults otherwise: 2048
/// features between its linear layers, relu, dropout 0.1 (in training mode only, in which new modules are),
/// norms after each block. Parameters are 32-bit floats on the CPU.
/// rt_torch_module_new("TransformerEncoderLayer", options) has the other options, and PyTorch's layout
/// [sequence, batch, …] by default.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes that are
/// not above 0 or when `nhead` does not divide `d_model` (RT_ERROR_INVALID_ARGUMENT), or absurd sizes
/// (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_encoder_layer_new(d_model: i64, nhead: i64) -> RuntimeValue {
    torch!("rt_torch_transformer_encoder_layer_new", RuntimeValue::NIL, {
        let settings = TransformerSettings::new(d_model, nhead);
        give_module(EncoderLayer::module(TransformerSettings { batch_first: true, ..settings })?)
    })
}

/// Runs an encoder layer without masks.
///
/// Returns a tensor, which the caller frees; NIL and an error when `layer` is of another class
/// (RT_ERROR_WRONG_KIND) or shapes or dtypes do not fit (RT_ERROR_INVALID_ARGUMENT, RT_ERROR_TORCH). Threads
/// may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_encoder_layer_forward(
    layer: RuntimeValue,
    src: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_transformer_encoder_layer_forward", RuntimeValue::NIL, {
        let module = module_of("layer", layer)?;
        let layer = layer_of::<EncoderLayer>("layer", &module, "TransformerEncoderLayer")?;
        give_tensor(layer.run(&module, &*tensor("src", src)?, &Masks::default())?)
    })
}

/// Runs an encoder layer, or a stack of them, with the options of Python's forward (a dict, or NIL):
/// "src_mask" (of a stack: "mask"), "src_key_padding_mask", "is_causal" (no mask has to be given with it).
///
/// As rt_torch_transformer_encoder_layer_forward, and RT_ERROR_TORCH_OPTION for an unknown option.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_encoder_forward_masked(
    module: RuntimeValue,
    src: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_transformer_encoder_forward_masked", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        if module.layer::<Encoder>().is_none() {
            layer_of::<EncoderLayer>("module", &module, "an encoder")?;
        }
        let options = Options::of(module.class(), "options", options)?;
        give(module.forward_with(&[Some(&*tensor("src", src)?)], options)?)
    })
}

/// Makes a decoder layer, as rt_torch_transformer_encoder_layer_new makes an encoder layer.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_decoder_layer_new(d_model: i64, nhead: i64) -> RuntimeValue {
    torch!("rt_torch_transformer_decoder_layer_new", RuntimeValue::NIL, {
        let settings = TransformerSettings::new(d_model, nhead);
        give_module(DecoderLayer::module(TransformerSettings { batch_first: true, ..settings })?)
    })
}

/// Runs a decoder layer over `tgt`, which reads `memory`, the result of an encoder, without masks: each target
/// sees those that come later, too. rt_torch_transformer_decoder_forward_masked hides them.
///
/// As rt_torch_transformer_encoder_layer_forward.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_decoder_layer_forward(
    layer: RuntimeValue,
    tgt: RuntimeValue,
    memory: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_transformer_decoder_layer_forward", RuntimeValue::NIL, {
        let module = module_of("layer", layer)?;
        let layer = layer_of::<DecoderLayer>("layer", &module, "TransformerDecoderLayer")?;
        let (target, memory) = (tensor("tgt", tgt)?, tensor("memory", memory)?);
        give_tensor(layer.run(&module, &target, &memory, &DecoderMasks::default())?)
    })
}

/// Runs a decoder layer, or a stack of them, with the options of Python's forward (a dict, or NIL): "tgt_mask",
/// "memory_mask", "tgt_key_padding_mask", "memory_key_padding_mask", "tgt_is_causal", "memory_is_causal" (no
/// mask has to be given with these two).
///
/// As rt_torch_transformer_encoder_layer_forward, and RT_ERROR_TORCH_OPTION for an unknown option.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_decoder_forward_masked(
    module: RuntimeValue,
    tgt: RuntimeValue,
    memory: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_transformer_decoder_forward_masked", RuntimeValue::NIL, {
        let module = module_of("module", module)?;
        if module.layer::<Decoder>().is_none() {
            layer_of::<DecoderLayer>("module", &module, "a decoder")?;
        }
        let options = Options::of(module.class(), "options", options)?;
        let (target, memory) = (tensor("tgt", tgt)?, tensor("memory", memory)?);
        give(module.forward_with(&[Some(&target), Some(&memory)], options)?)
    })
}

/// Makes a stack of `num_layers` copies of an encoder layer, and the module `norm` after them (NIL for none).
/// The layer's handle stays the caller's; the norm is held as it is.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error when `layer` is of
/// another class or `num_layers` not from 1 to 10,000 (RT_ERROR_INVALID_ARGUMENT), or the copies are too large
/// (RT_ERROR_TORCH_TOO_LARGE). Thread-safe as long as nobody changes the layer.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_encoder_new(
    layer: RuntimeValue,
    num_layers: i64,
    norm: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_transformer_encoder_new", RuntimeValue::NIL, {
        let norm = optional_module("norm", norm)?;
        give_module(Encoder::module(&*module_of("layer", layer)?, num_layers, norm)?)
    })
}

/// Makes a stack of decoder layers, as rt_torch_transformer_encoder_new one of encoder layers.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_transformer_decoder_new(
    layer: RuntimeValue,
    num_layers: i64,
    norm: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_transformer_decoder_new", RuntimeValue::NIL, {
        let norm = optional_module("norm", norm)?;
        give_module(Decoder::module(&*module_of("layer", layer)?, num_layers, norm)?)
    })
}

/// The module, or none for NIL.
#[cfg(feature = "pytorch")]
fn optional_module(name: &str, value: RuntimeValue) -> Result<Option<Module>> {
    match value {
        RuntimeValue::NIL => Ok(None),
        value => Ok(Some(module_of(name, value)?.clone())),
    }
}
