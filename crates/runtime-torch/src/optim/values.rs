//! Optimizers from values: parameters as an array of tensors, or of dicts for groups.

use runtime_core::{Error, Result};
use runtime_value::{Dict, RuntimeValue, View};

use super::Optimizer;
use crate::arguments;
use crate::options::Options;

impl Optimizer {
    /// An optimizer of `class`, with `options` by PyTorch's names as the defaults of all groups.
    ///
    /// `params` is an array of tensors, or of dicts with "params" and hyper-parameters of their own.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for an unknown class or option, or a value that PyTorch refuses;
    /// `RT_ERROR_INVALID_ARGUMENT` for parameters that cannot be optimized; those of the arguments.
    pub fn from_values(class: &str, params: RuntimeValue, options: RuntimeValue) -> Result<Self> {
        let mut optimizer = Self::of(class)?;
        let options = Options::of(optimizer.class(), "options", options)?;
        optimizer.defaults.read(&options)?;
        options.finish()?;
        optimizer.with_parameters(params)
    }

    /// As [`from_values`](Self::from_values), with options that are floats.
    ///
    /// # Errors
    /// As there.
    pub fn with_floats(
        class: &str,
        params: RuntimeValue,
        floats: &[(&str, f64)],
        betas: Option<[f64; 2]>,
    ) -> Result<Self> {
        let mut optimizer = Self::of(class)?;
        for (name, number) in floats {
            if let Some(field) = optimizer.defaults.float(name) {
                *field = *number;
            }
        }
        if let Some(betas) = betas {
            optimizer.defaults.set_betas(betas);
        }
        optimizer.with_parameters(params)
    }

    /// Adds a group: a dict with "params" (an array of tensors) and hyper-parameters of its own.
    ///
    /// # Errors
    /// As [`from_values`](Self::from_values).
    pub fn add_param_group(&mut self, name: &str, group: RuntimeValue) -> Result<()> {
        Dict::of(name, group)?;
        let options = Options::of(self.class(), name, group)?;
        let mut method = self.defaults.copy();
        method.read(&options)?;
        let params = options.value("params")?;
        options.finish()?;
        let params = params.ok_or_else(|| Error::invalid("the group has no \"params\""))?;
        self.add(method, arguments::tensors("params", params)?)
    }

    fn with_parameters(mut self, params: RuntimeValue) -> Result<Self> {
        self.defaults.check()?;
        let elements = arguments::elements("params", params)?;
        if elements.first().is_some_and(|element| Dict::find(*element).is_some()) {
            for (index, group) in elements.into_iter().enumerate() {
                self.add_param_group(&format!("params[{index}]"), group)?;
            }
        } else {
            let method = self.defaults.copy();
            self.add(method, arguments::tensors("params", params)?)?;
        }
        Ok(self)
    }
}
