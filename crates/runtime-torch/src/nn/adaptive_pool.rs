//! Pooling to a result of a given size.

use runtime_core::Result;
use runtime_value::RuntimeValue;
use tch::Tensor;

use super::module::{Layer, Module, Output, State, wrong_inputs};
use crate::arguments;
use crate::error::OrTorch;
use crate::memory;
use crate::options::Options;

/// `AdaptiveAvgPool1d` to `3d` and `AdaptiveMaxPool1d` to `3d`.
pub struct AdaptivePool {
    kind: Kind,
    /// The extents of the result; `None` keeps the input's.
    output: Vec<Option<i64>>,
    /// As Python prints it.
    text: String,
    return_indices: bool,
}

/// What becomes of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its mean.
    Average,
    /// Its largest element.
    Max,
}

impl AdaptivePool {
    pub(crate) fn from_options(kind: Kind, dims: usize, options: Options) -> Result<Module> {
        let Some(value) = options.value("output_size")? else {
            return Err(options.refuse("output_size", "is missing"));
        };
        let wrong = || options.refuse("output_size", format!("{value} is no size of {dims}"));
        let (output, text) = match value.to_int() {
            Ok(size) => (vec![Some(size); dims], size.to_string()),
            Err(_) if value == RuntimeValue::NIL => (vec![None; dims], String::from("None")),
            Err(_) => {
                let elements = arguments::elements("output_size", value).map_err(|_| wrong())?;
                let sizes = elements.into_iter().map(|element| match element {
                    RuntimeValue::NIL => Ok(None),
                    size => size.to_int().map(Some),
                });
                let sizes = sizes.collect::<Result<Vec<_>>>().map_err(|_| wrong())?;
                let texts: Vec<String> = sizes
                    .iter()
                    .map(|size| size.map_or_else(|| String::from("None"), |size| size.to_string()))
                    .collect();
                let comma = if texts.len() == 1 { "," } else { "" };
                (sizes, format!("({}{comma})", texts.join(", ")))
            }
        };
        if output.len() != dims {
            return Err(wrong());
        }
        let return_indices = kind == Kind::Max && options.bool("return_indices", false)?;
        options.finish()?;
        Module::of(Self { kind, output, text, return_indices }, State::new())
    }
}

impl Layer for AdaptivePool {
    fn class(&self) -> &'static str {
        match (self.kind, self.output.len()) {
            (Kind::Average, 1) => "AdaptiveAvgPool1d",
            (Kind::Average, 2) => "AdaptiveAvgPool2d",
            (Kind::Average, _) => "AdaptiveAvgPool3d",
            (Kind::Max, 1) => "AdaptiveMaxPool1d",
            (Kind::Max, 2) => "AdaptiveMaxPool2d",
            (Kind::Max, _) => "AdaptiveMaxPool3d",
        }
    }

    fn forward_all(&self, _module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(input)] = inputs else {
            return Err(wrong_inputs(self.class(), "1", inputs.len()));
        };
        let size = input.size();
        let spatial = &size[size.len().saturating_sub(self.output.len())..];
        let output: Vec<i64> = self
            .output
            .iter()
            .enumerate()
            .map(|(at, wanted)| wanted.or_else(|| spatial.get(at).copied()).unwrap_or(1))
            .collect();
        match self.kind {
            Kind::Average => adaptive_avg_pool(input, &output).map(Output::One),
            Kind::Max => {
                let (values, indices) = adaptive_max_pool(input, &output)?;
                if self.return_indices {
                    return Ok(Output::Many(vec![values, indices]));
                }
                Ok(Output::One(values))
            }
        }
    }

    fn extra_repr(&self, _module: &Module) -> String {
        format!("output_size={}", self.text)
    }
}

/// Means of as many windows as `output` says, over its dimensions.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`, `RT_ERROR_TORCH`.
pub fn adaptive_avg_pool(input: &Tensor, output: &[i64]) -> Result<Tensor> {
    check(input, output)?;
    match output.len() {
        1 => input.f_adaptive_avg_pool1d(output),
        2 => input.f_adaptive_avg_pool2d(output),
        _ => input.f_adaptive_avg_pool3d(output),
    }
    .or_torch()
}

/// Largest elements of as many windows as `output` says, and where they were.
///
/// # Errors
/// As [`adaptive_avg_pool`].
pub fn adaptive_max_pool(input: &Tensor, output: &[i64]) -> Result<(Tensor, Tensor)> {
    check(input, output)?;
    match output.len() {
        1 => input.f_adaptive_max_pool1d(output),
        2 => input.f_adaptive_max_pool2d(output),
        _ => input.f_adaptive_max_pool3d(output),
    }
    .or_torch()
}

fn check(input: &Tensor, output: &[i64]) -> Result<()> {
    let size = input.size();
    let outer = &size[..size.len().saturating_sub(output.len())];
    memory::check("output_size", &[outer, output].concat(), input.kind(), input.device())
}
