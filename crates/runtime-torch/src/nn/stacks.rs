//! Transformers: stacks of their layers, and both stacks together.

use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use tch::Tensor;

use super::attention::Masks;
use super::container::ModuleList;
use super::handles::module_of;
use super::module::{Layer, Module, Output, State, wrong_inputs};
use super::transformer::{DecoderLayer, DecoderMasks, EncoderLayer, Settings};
use crate::init;
use crate::memory;
use crate::options::Options;

/// More layers than anybody stacks.
const MOST_LAYERS: i64 = 10_000;

/// `TransformerEncoder`.
pub struct Encoder;

impl Encoder {
    /// `num_layers` copies of an encoder layer, and a norm after them.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when `layer` is of another class, or `num_layers` out of range,
    /// `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(layer: &Module, num_layers: i64, norm: Option<Module>) -> Result<Module> {
        if layer.layer::<EncoderLayer>().is_none() {
            return Err(wrong_class("encoder_layer", layer, "TransformerEncoderLayer"));
        }
        Module::of(Self, stack(layer, num_layers, norm)?)
    }

    /// `enable_nested_tensor` and `mask_check` are there as in Python and change nothing: padding is
    /// always computed.
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let layer = required_module(&options, "encoder_layer")?;
        let num_layers = options.required_int("num_layers")?;
        let norm = optional_module(&options, "norm")?;
        options.bool("enable_nested_tensor", true)?;
        options.bool("mask_check", true)?;
        options.finish()?;
        Self::module(&layer, num_layers, norm)
    }

    fn run(module: &Module, source: &Tensor, masks: &Masks) -> Result<Tensor> {
        let mut output = source.shallow_clone();
        for (_, layer) in module.child("layers")?.named_children() {
            let Some(encoder) = layer.layer::<EncoderLayer>() else {
                return Err(wrong_class("a layer", layer, "TransformerEncoderLayer"));
            };
            output = encoder.run(layer, &output, masks)?;
        }
        normed(module, output)
    }
}

impl Layer for Encoder {
    fn class(&self) -> &'static str {
        "TransformerEncoder"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        Self::run(module, input, &Masks::default())
    }

    fn forward_with(
        &self,
        module: &Module,
        inputs: &[Option<&Tensor>],
        options: Options,
    ) -> Result<Output> {
        let [Some(source)] = inputs else {
            return Err(wrong_inputs(self.class(), "1", inputs.len()));
        };
        let masks = Masks::of(&options, "mask", "src_key_padding_mask", "is_causal")?;
        options.finish()?;
        Self::run(module, source, &masks).map(Output::One)
    }
}

/// `TransformerDecoder`.
pub struct Decoder;

impl Decoder {
    /// `num_layers` copies of a decoder layer, and a norm after them.
    ///
    /// # Errors
    /// As [`Encoder::module`].
    pub fn module(layer: &Module, num_layers: i64, norm: Option<Module>) -> Result<Module> {
        if layer.layer::<DecoderLayer>().is_none() {
            return Err(wrong_class("decoder_layer", layer, "TransformerDecoderLayer"));
        }
        Module::of(Self, stack(layer, num_layers, norm)?)
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let layer = required_module(&options, "decoder_layer")?;
        let num_layers = options.required_int("num_layers")?;
        let norm = optional_module(&options, "norm")?;
        options.finish()?;
        Self::module(&layer, num_layers, norm)
    }

    fn run(
        module: &Module,
        target: &Tensor,
        memory: &Tensor,
        masks: &DecoderMasks,
    ) -> Result<Tensor> {
        let mut output = target.shallow_clone();
        for (_, layer) in module.child("layers")?.named_children() {
            let Some(decoder) = layer.layer::<DecoderLayer>() else {
                return Err(wrong_class("a layer", layer, "TransformerDecoderLayer"));
            };
            output = decoder.run(layer, &output, memory, masks)?;
        }
        normed(module, output)
    }
}

impl Layer for Decoder {
    fn class(&self) -> &'static str {
        "TransformerDecoder"
    }

    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(target), Some(memory)] = inputs else {
            return Err(wrong_inputs(self.class(), "2", inputs.len()));
        };
        Self::run(module, target, memory, &DecoderMasks::default()).map(Output::One)
    }

    fn forward_with(
        &self,
        module: &Module,
        inputs: &[Option<&Tensor>],
        options: Options,
    ) -> Result<Output> {
        let [Some(target), Some(memory)] = inputs else {
            return Err(wrong_inputs(self.class(), "2", inputs.len()));
        };
        let masks = DecoderMasks::of(&options)?;
        options.finish()?;
        Self::run(module, target, memory, &masks).map(Output::One)
    }
}

/// `Transformer`: an encoder and a decoder.
pub struct Transformer;

impl Transformer {
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let sizes = (options.int("d_model", 512)?, options.int("nhead", 8)?);
        let settings = Settings::of(&options, Settings::new(sizes.0, sizes.1))?;
        let encoders = options.int("num_encoder_layers", 6)?;
        let decoders = options.int("num_decoder_layers", 6)?;
        let encoder = optional_module(&options, "custom_encoder")?;
        let decoder = optional_module(&options, "custom_decoder")?;
        options.finish()?;
        let encoder = match encoder {
            Some(encoder) if encoder.layer::<Encoder>().is_some() => encoder,
            Some(other) => return Err(wrong_class("custom_encoder", &other, "TransformerEncoder")),
            None => {
                let layer = EncoderLayer::module(settings)?;
                Encoder::module(&layer, encoders, Some(settings.norm()?))?
            }
        };
        let decoder = match decoder {
            Some(decoder) if decoder.layer::<Decoder>().is_some() => decoder,
            Some(other) => return Err(wrong_class("custom_decoder", &other, "TransformerDecoder")),
            None => {
                let layer = DecoderLayer::module(settings)?;
                Decoder::module(&layer, decoders, Some(settings.norm()?))?
            }
        };
        let state = State::new().child("encoder", encoder).child("decoder", decoder);
        let module = Module::of(Self, state)?;
        for parameter in module.parameters().iter().filter(|parameter| parameter.dim() > 1) {
            init::xavier_uniform(parameter, 1.0)?;
        }
        Ok(module)
    }

    fn run(
        module: &Module,
        source: &Tensor,
        target: &Tensor,
        masks: &Masks,
        decoder_masks: &DecoderMasks,
    ) -> Result<Tensor> {
        let memory = Encoder::run(module.child("encoder")?, source, masks)?;
        Decoder::run(module.child("decoder")?, target, &memory, decoder_masks)
    }
}

impl Layer for Transformer {
    fn class(&self) -> &'static str {
        "Transformer"
    }

    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(source), Some(target)] = inputs else {
            return Err(wrong_inputs(self.class(), "2", inputs.len()));
        };
        let (masks, decoder_masks) = (Masks::default(), DecoderMasks::default());
        Self::run(module, source, target, &masks, &decoder_masks).map(Output::One)
    }

    fn forward_with(
        &self,
        module: &Module,
        inputs: &[Option<&Tensor>],
        options: Options,
    ) -> Result<Output> {
        let [Some(source), Some(target)] = inputs else {
            return Err(wrong_inputs(self.class(), "2", inputs.len()));
        };
        let masks = Masks::of(&options, "src_mask", "src_key_padding_mask", "src_is_causal")?;
        let decoder_masks = DecoderMasks::of(&options)?;
        options.finish()?;
        Self::run(module, source, target, &masks, &decoder_masks).map(Output::One)
    }
}

/// Copies of a layer in a list, and the norm after them.
fn stack(layer: &Module, num_layers: i64, norm: Option<Module>) -> Result<State> {
    if !(1..=MOST_LAYERS).contains(&num_layers) {
        let text = format!("num_layers {num_layers} is not from 1 to {MOST_LAYERS}");
        return Err(Error::invalid(text));
    }
    if let Some(parameter) = layer.parameters().first() {
        let shape = [num_layers, layer.parameter_count(false)];
        memory::check("all layers", &shape, parameter.kind(), parameter.device())?;
    }
    let layers = (0..num_layers).map(|_| layer.deep_copy()).collect::<Result<Vec<_>>>()?;
    let state = State::new().child("layers", ModuleList::module(layers)?);
    Ok(match norm {
        Some(norm) => state.child("norm", norm),
        None => state,
    })
}

fn normed(module: &Module, output: Tensor) -> Result<Tensor> {
    match module.named_children().find(|(name, _)| *name == "norm") {
        Some((_, norm)) => norm.forward(&output),
        None => Ok(output),
    }
}

fn required_module(options: &Options, option: &'static str) -> Result<Module> {
    optional_module(options, option)?.ok_or_else(|| options.refuse(option, "is missing"))
}

fn optional_module(options: &Options, option: &'static str) -> Result<Option<Module>> {
    match options.value(option)? {
        None | Some(RuntimeValue::NIL) => Ok(None),
        Some(value) => Ok(Some(module_of(option, value)?.clone())),
    }
}

#[cold]
fn wrong_class(name: &str, module: &Module, wanted: &str) -> Error {
    Error::invalid(format!("{name} is the module {}, not {wanted}", module.class()))
}
