//! Sines and cosines that say where in a sequence something is.

use runtime_core::{Error, Result};
use tch::{Device, Kind, Tensor};

use super::dropout::check_probability;
use super::factory::Factory;
use super::module::{Layer, Module, State};
use super::repr::float;
use crate::error::OrTorch;
use crate::memory;
use crate::options::Options;
use crate::scalar;

const TABLE: usize = 0;

/// `PositionalEncoding`, which PyTorch has in its tutorials only: adds a table to its input, and drops.
///
/// The buffer `pe` is `[max_len, d_model]`. At position `p`, columns `2i` hold
/// `sin(p / 10000^(2i / d_model))`, and columns `2i + 1` the cosine of the same.
pub struct PositionalEncoding {
    d_model: i64,
    max_len: i64,
    dropout: f64,
}

impl PositionalEncoding {
    /// A table of 32-bit floats on the CPU, without dropout.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for sizes that are not above 0, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(d_model: i64, max_len: i64) -> Result<Module> {
        Self { d_model, max_len, dropout: 0.0 }.build(Factory::default())
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let layer = Self {
            d_model: options.required_int("d_model")?,
            max_len: options.int("max_len", 5000)?,
            dropout: options.float("dropout", 0.0)?,
        };
        let factory = Factory::of(&options)?;
        options.finish()?;
        layer.build(factory)
    }

    fn build(self, factory: Factory) -> Result<Module> {
        for (name, size) in [("d_model", self.d_model), ("max_len", self.max_len)] {
            if size <= 0 {
                return Err(Error::invalid(format!("{name} {size} is not above 0")));
            }
        }
        check_probability("dropout", self.dropout)?;
        let table = table(self.d_model, self.max_len)?.f_to_kind(factory.kind).or_torch()?;
        let table = table.f_to_device(factory.device).or_torch()?;
        Module::of(self, State::new().buffer("pe", table))
    }
}

/// The table in 64-bit floats, so that far positions are exact.
fn table(d_model: i64, max_len: i64) -> Result<Tensor> {
    let options = (Kind::Double, Device::Cpu);
    memory::check("the table", &[max_len, d_model], options.0, options.1)?;
    let positions = scalar::arange(0, max_len, 1, options.0, options.1)
        .and_then(|p| p.f_unsqueeze(1))
        .or_torch()?;
    let pairs = scalar::arange(0, d_model, 2, options.0, options.1).or_torch()?;
    let rates = scalar::mul(&pairs, -(10_000.0_f64.ln()) / d_model as f64);
    let rates = rates.and_then(|rates| rates.f_exp()).or_torch()?;
    let angles = positions.f_mul(&rates).or_torch()?;
    // Sine and cosine side by side make pairs of columns; an odd last one has its sine only.
    let (sin, cos) = (angles.f_sin().or_torch()?, angles.f_cos().or_torch()?);
    let both = Tensor::f_stack(&[sin, cos], 2).and_then(|both| both.f_flatten(1, 2)).or_torch()?;
    both.f_narrow(1, 0, d_model).and_then(|table| table.f_contiguous()).or_torch()
}

impl Layer for PositionalEncoding {
    fn class(&self) -> &'static str {
        "PositionalEncoding"
    }

    /// Takes `[batch, sequence, d_model]`, or `[sequence, d_model]`.
    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let Some(table) = module.buffer_at(TABLE) else {
            return Err(Error::invalid("PositionalEncoding has no table"));
        };
        let size = input.size();
        let fits = (2..=3).contains(&size.len()) && size[size.len() - 1] == self.d_model;
        let length = size.len().checked_sub(2).map_or(0, |at| size[at]);
        if !fits || length > self.max_len {
            return Err(Error::invalid(format!(
                "input is {size:?}, not [batch, up to {}, {}]",
                self.max_len, self.d_model
            )));
        }
        let rows = table.f_narrow(0, 0, length).or_torch()?;
        let sum = input.f_add(&rows).or_torch()?;
        if self.dropout == 0.0 {
            return Ok(sum);
        }
        sum.f_dropout(self.dropout, module.is_training()).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!(
            "d_model={}, max_len={}, dropout={}",
            self.d_model,
            self.max_len,
            float(self.dropout)
        )
    }
}
