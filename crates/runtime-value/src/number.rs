//! Numbers: the forms of ints and floats, their exact comparison, conversions.

use std::cmp::Ordering;

use runtime_core::{Error, Result};

use crate::codes;
use crate::heap::{self, layout};
use crate::types::ObjectType;
use crate::view;
use crate::word::RuntimeValue;

/// A number of any form.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// An int that fits into `i64`.
    Int(i64),
    /// An int above `i64::MAX`.
    UInt(u64),
    /// A float.
    Float(f64),
}

impl Number {
    /// The number that a word stands for, whatever its form.
    #[inline(always)]
    pub fn of(value: RuntimeValue) -> Option<Self> {
        if let Some(int) = value.inline_int() {
            return Some(Self::Int(int));
        }
        if let Some(float) = value.inline_float() {
            return Some(Self::Float(float));
        }
        Self::boxed(value)
    }

    fn boxed(value: RuntimeValue) -> Option<Self> {
        let (object_type, object) = heap::live(value)?;
        // SAFETY: the object is live and of the type, and numbers do not change.
        unsafe {
            match object_type {
                ObjectType::Int => Some(Self::Int(object.cast::<layout::IntObject>().as_ref().int)),
                ObjectType::UInt => {
                    Some(Self::from_u64(object.cast::<layout::UIntObject>().as_ref().int))
                }
                ObjectType::Float => {
                    Some(Self::Float(object.cast::<layout::FloatObject>().as_ref().float))
                }
                _ => None,
            }
        }
    }

    fn from_u64(int: u64) -> Self {
        i64::try_from(int).map_or(Self::UInt(int), Self::Int)
    }

    /// The float nearest to the number.
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Int(int) => int as f64,
            Self::UInt(int) => int as f64,
            Self::Float(float) => float,
        }
    }

    /// The order by exact mathematical value. NaN comes after all numbers and equals itself.
    pub fn total_cmp(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => match (a.is_nan(), b.is_nan()) {
                (false, false) if a < b => Ordering::Less,
                (false, false) if a > b => Ordering::Greater,
                (false, false) => Ordering::Equal,
                (a, b) => a.cmp(&b),
            },
            (Self::Float(a), b) => compare_int_float(b.to_i128(), a).reverse(),
            (a, Self::Float(b)) => compare_int_float(a.to_i128(), b),
            (a, b) => a.to_i128().cmp(&b.to_i128()),
        }
    }

    /// The value of an int. A float's is cut off; only ints come here.
    fn to_i128(self) -> i128 {
        match self {
            Self::Int(int) => int.into(),
            Self::UInt(int) => int.into(),
            Self::Float(float) => float as i128,
        }
    }

    /// The int that equals the number exactly, if one of 64 bits does.
    pub(crate) fn exact_int(self) -> Option<i128> {
        match self {
            Self::Float(float) => {
                let in_range =
                    (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&float);
                (in_range && float.trunc() == float).then_some(float as i128)
            }
            int => Some(int.to_i128()),
        }
    }
}

/// Compares an int of at most 64 bits with a float, exactly.
fn compare_int_float(int: i128, float: f64) -> Ordering {
    const BEYOND: f64 = 18_446_744_073_709_551_616.0;
    if float.is_nan() || float >= BEYOND {
        Ordering::Less
    } else if float <= -BEYOND {
        Ordering::Greater
    } else {
        // The whole part of a float below 2^64 is exact as an i128.
        let whole = float.trunc();
        int.cmp(&(whole as i128)).then_with(|| {
            let fraction = float - whole;
            if fraction > 0.0 {
                Ordering::Less
            } else if fraction < 0.0 {
                Ordering::Greater
            } else {
                Ordering::Equal
            }
        })
    }
}

impl PartialEq for Number {
    /// Equality by exact mathematical value: 2 equals 2.0, and NaN equals nothing.
    fn eq(&self, other: &Self) -> bool {
        let nan = |number: &Self| matches!(number, Self::Float(float) if float.is_nan());
        !nan(self) && !nan(other) && self.total_cmp(*other).is_eq()
    }
}

impl RuntimeValue {
    /// An int of any size: inline, or a heap object beyond 61 bits.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    #[inline(always)]
    pub fn int(int: i64) -> Result<Self> {
        match Self::pack_int(int) {
            Some(value) => Ok(value),
            None => boxed_int(int),
        }
    }

    /// An unsigned int of any size.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn uint(int: u64) -> Result<Self> {
        if let Ok(int) = i64::try_from(int) {
            return Self::int(int);
        }
        let object = heap::make::<layout::UIntObject>(size_of::<layout::UIntObject>(), |object| {
            // SAFETY: the block is as large as the object.
            unsafe { (&raw mut (*object.as_ptr()).int).write(int) };
        })?;
        Ok(Self::from_address(object.as_ptr().addr()))
    }

    /// A float, bit for bit: inline, or a heap object for the few that fit no inline form.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    #[inline(always)]
    pub fn float(float: f64) -> Result<Self> {
        match Self::pack_float(float) {
            Some(value) => Ok(value),
            None => boxed_float(float),
        }
    }

    /// The int. Of an unsigned int above `i64::MAX`: an error.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`, `RT_ERROR_OVERFLOW`.
    #[inline(always)]
    pub fn to_int(self) -> Result<i64> {
        match self.inline_int() {
            Some(int) => Ok(int),
            None => self.boxed_to_int(),
        }
    }

    #[cold]
    fn boxed_to_int(self) -> Result<i64> {
        match Number::of(self) {
            Some(Number::Int(int)) => Ok(int),
            Some(Number::UInt(int)) => Err(Error::written(
                codes::RT_ERROR_OVERFLOW,
                format_args!("value {int} is above the largest signed int"),
            )),
            _ => Err(view::wrong_type("value", self, "int")),
        }
    }

    /// The int as an unsigned one. Of a negative int: an error.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`, `RT_ERROR_OVERFLOW`.
    pub fn to_uint(self) -> Result<u64> {
        match Number::of(self) {
            Some(Number::UInt(int)) => Ok(int),
            Some(Number::Int(int)) => u64::try_from(int).map_err(|_| {
                Error::written(codes::RT_ERROR_OVERFLOW, format_args!("value {int} is negative"))
            }),
            _ => Err(view::wrong_type("value", self, "int")),
        }
    }

    /// The float, or the float nearest to an int.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE`, `RT_ERROR_NOT_A_VALUE`.
    #[inline(always)]
    pub fn to_float(self) -> Result<f64> {
        match self.inline_float() {
            Some(float) => Ok(float),
            None => self.converted_to_float(),
        }
    }

    fn converted_to_float(self) -> Result<f64> {
        match Number::of(self) {
            Some(number) => Ok(number.to_f64()),
            None => Err(view::wrong_type("value", self, "number")),
        }
    }

    /// Whether this is an int, of any form.
    #[inline(always)]
    pub fn is_int(self) -> bool {
        self.inline_int().is_some()
            || matches!(Number::boxed(self), Some(Number::Int(_) | Number::UInt(_)))
    }

    /// Whether this is a float, of any form.
    #[inline(always)]
    pub fn is_float(self) -> bool {
        self.inline_float().is_some() || matches!(Number::boxed(self), Some(Number::Float(_)))
    }
}

#[cold]
fn boxed_int(int: i64) -> Result<RuntimeValue> {
    let object = heap::make::<layout::IntObject>(size_of::<layout::IntObject>(), |object| {
        // SAFETY: the block is as large as the object.
        unsafe { (&raw mut (*object.as_ptr()).int).write(int) };
    })?;
    Ok(RuntimeValue::from_address(object.as_ptr().addr()))
}

#[cold]
fn boxed_float(float: f64) -> Result<RuntimeValue> {
    let object = heap::make::<layout::FloatObject>(size_of::<layout::FloatObject>(), |object| {
        // SAFETY: the block is as large as the object.
        unsafe { (&raw mut (*object.as_ptr()).float).write(float) };
    })?;
    Ok(RuntimeValue::from_address(object.as_ptr().addr()))
}
