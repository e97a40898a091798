//! The layers of transformers.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::attention::{Masks, MultiheadAttention, Weights};
use super::dropout::Dropout;
use super::factory::Factory;
use super::linear::Linear;
use super::module::{Layer, Module, Output, State, wrong_inputs};
use super::norm::LayerNorm;
use crate::error::OrTorch;
use crate::options::Options;

/// What encoder and decoder layers are set to; the defaults are PyTorch's.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The size of what is read and given at each position.
    pub d_model: i64,
    /// How many heads attend.
    pub nhead: i64,
    /// The size between the two linear layers.
    pub dim_feedforward: i64,
    /// The probability of dropping in training.
    pub dropout: f64,
    /// What is between the two linear layers.
    pub activation: Activation,
    /// What layer norm adds to the variance.
    pub layer_norm_eps: f64,
    /// Whether the batch is the first dimension, not the second.
    pub batch_first: bool,
    /// Whether to normalise before each block, not after it.
    pub norm_first: bool,
    /// Whether linear layers and norms have biases.
    pub bias: bool,
    /// Where the parameters are, and of which dtype.
    pub factory: Factory,
}

/// What is between the linear layers of a transformer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `max(0, x)`.
    Relu,
    /// The exact Gaussian error linear unit.
    Gelu,
}

impl Settings {
    /// PyTorch's defaults for these sizes.
    pub fn new(d_model: i64, nhead: i64) -> Self {
        Self {
            d_model,
            nhead,
            dim_feedforward: 2048,
            dropout: 0.1,
            activation: Activation::Relu,
            layer_norm_eps: 1e-5,
            batch_first: false,
            norm_first: false,
            bias: true,
            factory: Factory::default(),
        }
    }

    /// The settings among the options, with these defaults.
    pub(super) fn of(options: &Options, default: Self) -> Result<Self> {
        Ok(Self {
            dim_feedforward: options.int("dim_feedforward", default.dim_feedforward)?,
            dropout: options.float("dropout", default.dropout)?,
            activation: match options.choice("activation", "relu", &["relu", "gelu"])? {
                "gelu" => Activation::Gelu,
                _ => Activation::Relu,
            },
            layer_norm_eps: options.float("layer_norm_eps", default.layer_norm_eps)?,
            batch_first: options.bool("batch_first", default.batch_first)?,
            norm_first: options.bool("norm_first", default.norm_first)?,
            bias: options.bool("bias", default.bias)?,
            factory: Factory::of(options)?,
            ..default
        })
    }

    fn required(options: &Options) -> Result<Self> {
        let sizes = (options.required_int("d_model")?, options.required_int("nhead")?);
        Self::of(options, Self::new(sizes.0, sizes.1))
    }

    fn attention(&self) -> Result<Module> {
        let Self { d_model, nhead, dropout, batch_first, bias, factory, .. } = *self;
        let layer = MultiheadAttention::plain(d_model, nhead, dropout, batch_first);
        layer.build(bias, false, factory)
    }

    pub(super) fn norm(&self) -> Result<Module> {
        let shape = vec![self.d_model];
        LayerNorm::build(shape, self.layer_norm_eps, true, self.bias, self.factory)
    }

    /// The linear layers and what lies between them, which both kinds of layers have.
    fn feed_forward(&self, state: State) -> Result<State> {
        let Self { d_model, dim_feedforward, bias, factory, .. } = *self;
        let first = Linear::build("Linear", d_model, dim_feedforward, bias, factory)?;
        let dropout = Dropout::module(self.dropout, false)?;
        let second = Linear::build("Linear", dim_feedforward, d_model, bias, factory)?;
        Ok(state.child("linear1", first).child("dropout", dropout).child("linear2", second))
    }

    fn run_feed_forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let wide = module.child("linear1")?.forward(input)?;
        let active = match self.activation {
            Activation::Relu => wide.f_relu(),
            Activation::Gelu => wide.f_gelu("none"),
        };
        let kept = module.child("dropout")?.forward(&active.or_torch()?)?;
        module.child("linear2")?.forward(&kept)
    }

    /// Adds what a block makes of `input` to it, with the norm on the side that the settings say.
    fn residual(
        &self,
        norm: &Module,
        dropout: &Module,
        input: &Tensor,
        block: impl FnOnce(&Tensor) -> Result<Tensor>,
    ) -> Result<Tensor> {
        if self.norm_first {
            let changed = dropout.forward(&block(&norm.forward(input)?)?)?;
            return input.f_add(&changed).or_torch();
        }
        let changed = dropout.forward(&block(input)?)?;
        norm.forward(&input.f_add(&changed).or_torch()?)
    }
}

/// Attends without telling where it looked.
fn attend(module: &Module, name: &str, inputs: [&Tensor; 3], masks: &Masks) -> Result<Tensor> {
    let attention = module.child(name)?;
    let Some(layer) = attention.layer::<MultiheadAttention>() else {
        return Err(Error::invalid(format!("{name} is no attention")));
    };
    let (output, _) = layer.attend(attention, inputs, masks, Weights::None)?;
    Ok(output)
}

/// `TransformerEncoderLayer`.
pub struct EncoderLayer(Settings);

impl EncoderLayer {
    /// An encoder layer.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for sizes that do not fit, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(settings: Settings) -> Result<Module> {
        let state = State::new().child("self_attn", settings.attention()?);
        let mut state = settings.feed_forward(state)?;
        for name in ["norm1", "norm2"] {
            state = state.child(name, settings.norm()?);
        }
        for name in ["dropout1", "dropout2"] {
            state = state.child(name, Dropout::module(settings.dropout, false)?);
        }
        Module::of(Self(settings), state)
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let settings = Settings::required(&options)?;
        options.finish()?;
        Self::module(settings)
    }

    /// The result for a source, under masks.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for shapes that do not fit, `RT_ERROR_TORCH`.
    pub fn run(&self, module: &Module, source: &Tensor, masks: &Masks) -> Result<Tensor> {
        let part = |name: &str| module.child(name);
        let settings = &self.0;
        let x = settings.residual(part("norm1")?, part("dropout1")?, source, |x| {
            attend(module, "self_attn", [x, x, x], masks)
        })?;
        settings.residual(part("norm2")?, part("dropout2")?, &x, |x| {
            settings.run_feed_forward(module, x)
        })
    }
}

impl Layer for EncoderLayer {
    fn class(&self) -> &'static str {
        "TransformerEncoderLayer"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        self.run(module, input, &Masks::default())
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
        let masks = Masks::of(&options, "src_mask", "src_key_padding_mask", "is_causal")?;
        options.finish()?;
        self.run(module, source, &masks).map(Output::One)
    }
}

/// `TransformerDecoderLayer`.
pub struct DecoderLayer(Settings);

/// The masks of a decoder: for what it writes, and for what it reads from the encoder.
#[derive(Default)]
pub struct DecoderMasks {
    /// Over the targets.
    pub target: Masks,
    /// Over the encoder's result.
    pub memory: Masks,
}

impl DecoderMasks {
    pub(super) fn of(options: &Options) -> Result<Self> {
        Ok(Self {
            target: Masks::of(options, "tgt_mask", "tgt_key_padding_mask", "tgt_is_causal")?,
            memory: Masks::of(
                options,
                "memory_mask",
                "memory_key_padding_mask",
                "memory_is_causal",
            )?,
        })
    }
}

impl DecoderLayer {
    /// A decoder layer.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for sizes that do not fit, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(settings: Settings) -> Result<Module> {
        let state = State::new().child("self_attn", settings.attention()?);
        let state = state.child("multihead_attn", settings.attention()?);
        let mut state = settings.feed_forward(state)?;
        for name in ["norm1", "norm2", "norm3"] {
            state = state.child(name, settings.norm()?);
        }
        for name in ["dropout1", "dropout2", "dropout3"] {
            state = state.child(name, Dropout::module(settings.dropout, false)?);
        }
        Module::of(Self(settings), state)
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let settings = Settings::required(&options)?;
        options.finish()?;
        Self::module(settings)
    }

    /// The result for a target that reads the encoder's result, under masks.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for shapes that do not fit, `RT_ERROR_TORCH`.
    pub fn run(
        &self,
        module: &Module,
        target: &Tensor,
        memory: &Tensor,
        masks: &DecoderMasks,
    ) -> Result<Tensor> {
        let part = |name: &str| module.child(name);
        let settings = &self.0;
        let x = settings.residual(part("norm1")?, part("dropout1")?, target, |x| {
            attend(module, "self_attn", [x, x, x], &masks.target)
        })?;
        let x = settings.residual(part("norm2")?, part("dropout2")?, &x, |x| {
            attend(module, "multihead_attn", [x, memory, memory], &masks.memory)
        })?;
        settings.residual(part("norm3")?, part("dropout3")?, &x, |x| {
            settings.run_feed_forward(module, x)
        })
    }
}

impl Layer for DecoderLayer {
    fn class(&self) -> &'static str {
        "TransformerDecoderLayer"
    }

    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(target), Some(memory)] = inputs else {
            return Err(wrong_inputs(self.class(), "2", inputs.len()));
        };
        self.run(module, target, memory, &DecoderMasks::default()).map(Output::One)
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
        self.run(module, target, memory, &masks).map(Output::One)
    }
}
