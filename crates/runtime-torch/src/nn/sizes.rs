//! Sizes of kernels and their kin: one number for all dimensions, or one for each.

use std::fmt;

use runtime_core::Result;
use runtime_value::RuntimeValue;

use super::repr::tuple;
use crate::arguments;
use crate::options::Options;

/// The largest size: LibTorch computes extents from several of these, and this keeps them in range.
const LARGEST: i64 = i32::MAX as i64;

/// A number for each of a few dimensions, which remembers whether it was given as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    values: Vec<i64>,
    single: bool,
}

impl Size {
    /// `value` for each of `dims` dimensions.
    pub fn all(value: i64, dims: usize) -> Self {
        Self { values: vec![value; dims], single: true }
    }

    /// These numbers.
    pub fn each(values: &[i64]) -> Self {
        Self { values: values.to_vec(), single: false }
    }

    /// The option's numbers, each at least `least`, or `None` when it was not given.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`.
    pub fn optional(
        options: &Options,
        option: &'static str,
        dims: usize,
        least: i64,
    ) -> Result<Option<Self>> {
        match options.value(option)? {
            None | Some(RuntimeValue::NIL) => Ok(None),
            Some(value) => {
                Self::read(options, option, dims, value)?.checked(options, option, least)
            }
        }
    }

    /// The option's numbers, or `default` for each dimension.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`.
    pub fn or(
        options: &Options,
        option: &'static str,
        dims: usize,
        least: i64,
        default: i64,
    ) -> Result<Self> {
        let given = Self::optional(options, option, dims, least)?;
        Ok(given.unwrap_or_else(|| Self::all(default, dims)))
    }

    /// The option's numbers, which must be given.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`.
    pub fn required(
        options: &Options,
        option: &'static str,
        dims: usize,
        least: i64,
    ) -> Result<Self> {
        Self::optional(options, option, dims, least)?
            .ok_or_else(|| options.refuse(option, "is missing"))
    }

    fn read(
        options: &Options,
        option: &'static str,
        dims: usize,
        value: RuntimeValue,
    ) -> Result<Self> {
        if let Ok(single) = value.to_int() {
            return Ok(Self::all(single, dims));
        }
        match arguments::ints(option, value) {
            Ok(values) if values.len() == dims => Ok(Self { values, single: false }),
            _ => {
                Err(options.refuse(option, format!("{value} is no int or array of {dims} of them")))
            }
        }
    }

    fn checked(self, options: &Options, option: &'static str, least: i64) -> Result<Option<Self>> {
        match self.values.iter().find(|value| !(least..=LARGEST).contains(value)) {
            None => Ok(Some(self)),
            Some(value) => {
                Err(options.refuse(option, format!("{value} is not from {least} to {LARGEST}")))
            }
        }
    }

    /// The numbers, one for each dimension.
    #[inline]
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// The largest of the numbers.
    pub fn largest(&self) -> i64 {
        self.values.iter().copied().max().unwrap_or(0)
    }

    /// Whether all numbers are `value`.
    pub fn is_all(&self, value: i64) -> bool {
        self.values.iter().all(|other| *other == value)
    }

    /// The text of the numbers as a tuple, whichever way they were given.
    pub fn as_tuple(&self) -> String {
        tuple(&self.values)
    }
}

/// As Python prints what it was given.
impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values.first() {
            Some(value) if self.single => write!(out, "{value}"),
            _ => out.write_str(&self.as_tuple()),
        }
    }
}
