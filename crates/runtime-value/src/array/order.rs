//! Order and search in arrays: sorting, least and greatest, sums, counts.

use std::cmp::Ordering;

use runtime_core::{Error, Result};

use crate::codes;
use crate::equality;
use crate::number::Number;
use crate::order::compare;
use crate::view::{self, Array};
use crate::word::RuntimeValue;

impl Array {
    /// Sorts in place by [`compare`]; equal elements keep their order.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`; the array is unchanged then.
    pub fn sort(&self) -> Result<()> {
        self.sort_by(compare)
    }

    /// Sorts in place, greatest first; equal elements keep their order.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`; the array is unchanged then.
    pub fn sort_descending(&self) -> Result<()> {
        self.sort_by(|a, b| compare(b, a))
    }

    fn sort_by(&self, compare: impl Fn(RuntimeValue, RuntimeValue) -> Ordering) -> Result<()> {
        let mut elements = self.to_vec()?;
        elements.sort_by(|&a, &b| compare(a, b));
        self.set_elements(&elements);
        Ok(())
    }

    /// The least element by [`compare`], the first of equal ones.
    pub fn min(&self) -> Option<RuntimeValue> {
        self.iter().reduce(|least, next| if compare(next, least).is_lt() { next } else { least })
    }

    /// The greatest element by [`compare`], the first of equal ones.
    pub fn max(&self) -> Option<RuntimeValue> {
        self.iter().reduce(|most, next| if compare(next, most).is_gt() { next } else { most })
    }

    /// The sum: of ints an int, exact; with a float among them a float.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE` for an element that is no number, `RT_ERROR_OVERFLOW` for a sum of
    /// ints beyond 64 bits.
    pub fn sum(&self) -> Result<RuntimeValue> {
        let (mut ints, mut floats, mut any_float) = (0_i128, 0.0_f64, false);
        for element in self {
            match Number::of(element) {
                // 2^64 elements of at most 2^64 do not reach the bounds of an i128.
                Some(Number::Int(int)) => ints += i128::from(int),
                Some(Number::UInt(int)) => ints += i128::from(int),
                Some(Number::Float(float)) => {
                    floats += float;
                    any_float = true;
                }
                None => return Err(view::wrong_type("element", element, "number")),
            }
        }
        if any_float {
            return RuntimeValue::float(floats + ints as f64);
        }
        match i64::try_from(ints) {
            Ok(sum) => RuntimeValue::int(sum),
            Err(_) => Err(Error::new(
                codes::RT_ERROR_OVERFLOW,
                format!("the sum {ints} is outside of 64 bits"),
            )),
        }
    }

    /// The position of the first element that equals `value`.
    pub fn index_of(&self, value: RuntimeValue) -> Option<usize> {
        self.iter().position(|element| equality::equal(element, value))
    }

    /// The position of the last element that equals `value`.
    pub fn last_index_of(&self, value: RuntimeValue) -> Option<usize> {
        let equals = |&position: &usize| {
            self.get(position).is_some_and(|element| equality::equal(element, value))
        };
        (0..self.len()).rev().find(equals)
    }

    /// How many elements equal `value`.
    pub fn count(&self, value: RuntimeValue) -> usize {
        self.iter().filter(|&element| equality::equal(element, value)).count()
    }

    /// Whether an element equals `value`.
    pub fn contains(&self, value: RuntimeValue) -> bool {
        self.index_of(value).is_some()
    }
}
