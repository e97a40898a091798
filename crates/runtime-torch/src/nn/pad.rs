//! Padding: zeros, constants, reflections, copies of the edge, and the other end.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::module::{Layer, Module, State};
use super::repr::{float, tuple};
use crate::error::OrTorch;
use crate::memory;
use crate::options::Options;

/// `ZeroPad1d` and its kin, of one to three dimensions.
pub struct Pad {
    fill: Fill,
    dims: usize,
    /// Before and after, from the last dimension to the first.
    padding: Vec<i64>,
    value: f64,
}

/// What the new places hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// 0.
    Zero,
    /// A number.
    Constant,
    /// What lies as far on the other side of the edge.
    Reflection,
    /// The edge.
    Replication,
    /// What lies at the other end.
    Circular,
}

impl Fill {
    fn mode(self) -> &'static str {
        match self {
            Self::Zero | Self::Constant => "constant",
            Self::Reflection => "reflect",
            Self::Replication => "replicate",
            Self::Circular => "circular",
        }
    }
}

impl Pad {
    pub(crate) fn from_options(fill: Fill, dims: usize, options: Options) -> Result<Module> {
        let Some(value) = options.value("padding")? else {
            return Err(options.refuse("padding", "is missing"));
        };
        let padding = match value.to_int() {
            Ok(single) => Ok(vec![single; 2 * dims]),
            Err(_) => crate::arguments::ints("padding", value),
        };
        let padding = padding.ok().filter(|padding| {
            padding.len() == 2 * dims && padding.iter().all(|pad| i32::try_from(*pad).is_ok())
        });
        let Some(padding) = padding else {
            let text = format!("{value} is no int or array of {} of them", 2 * dims);
            return Err(options.refuse("padding", text));
        };
        let value = match fill {
            Fill::Constant => match options.optional_float("value")? {
                Some(value) => value,
                None => return Err(options.refuse("value", "is missing")),
            },
            _ => 0.0,
        };
        options.finish()?;
        Module::of(Self { fill, dims, padding, value }, State::new())
    }
}

impl Layer for Pad {
    fn class(&self) -> &'static str {
        match (self.fill, self.dims) {
            (Fill::Zero, 1) => "ZeroPad1d",
            (Fill::Zero, 2) => "ZeroPad2d",
            (Fill::Zero, _) => "ZeroPad3d",
            (Fill::Constant, 1) => "ConstantPad1d",
            (Fill::Constant, 2) => "ConstantPad2d",
            (Fill::Constant, _) => "ConstantPad3d",
            (Fill::Reflection, 1) => "ReflectionPad1d",
            (Fill::Reflection, 2) => "ReflectionPad2d",
            (Fill::Reflection, _) => "ReflectionPad3d",
            (Fill::Replication, 1) => "ReplicationPad1d",
            (Fill::Replication, 2) => "ReplicationPad2d",
            (Fill::Replication, _) => "ReplicationPad3d",
            (Fill::Circular, 1) => "CircularPad1d",
            (Fill::Circular, 2) => "CircularPad2d",
            (Fill::Circular, _) => "CircularPad3d",
        }
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        let mut shape = input.size();
        if shape.len() < self.dims {
            let text = format!("{} cannot take {} dimensions", self.class(), shape.len());
            return Err(Error::invalid(text));
        }
        for (extent, sides) in shape.iter_mut().rev().zip(self.padding.chunks(2)) {
            // LibTorch says what is wrong when more is cut off than there is.
            *extent = (*extent + sides.iter().sum::<i64>()).max(0);
        }
        memory::check("the padded input", &shape, input.kind(), input.device())?;
        let value = (self.fill.mode() == "constant").then_some(self.value);
        input.f_pad(&self.padding, self.fill.mode(), value).or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        match self.fill {
            Fill::Constant => {
                format!("padding={}, value={}", tuple(&self.padding), float(self.value))
            }
            _ => tuple(&self.padding),
        }
    }
}
