//! Order and search in arrays: sorting, least and greatest, sums, counts.

use std::cmp::Ordering;

use runtime_core::{Error, Result};

use crate::codes;
use crate::equality;
use crate::number::Number;
use crate::order::compare;
use crate::sort::sort;
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

    fn sort_by(
        &self,
        compare: impl Fn(RuntimeValue, RuntimeValue) -> Result<Ordering>,
    ) -> Result<()> {
        let mut elements = self.to_vec()?;
        sort(&mut elements, compare)?;
        self.set_elements(&elements);
        Ok(())
    }

    /// The least element by [`compare`], the first of equal ones.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn min(&self) -> Result<Option<RuntimeValue>> {
        self.first_of_all(Ordering::is_lt)
    }

    /// The greatest element by [`compare`], the first of equal ones.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn max(&self) -> Result<Option<RuntimeValue>> {
        self.first_of_all(Ordering::is_gt)
    }

    /// The element that, compared with those before and after it, wins.
    fn first_of_all(&self, wins: impl Fn(Ordering) -> bool) -> Result<Option<RuntimeValue>> {
        let mut elements = self.iter();
        let Some(mut first) = elements.next() else { return Ok(None) };
        for next in elements {
            if wins(compare(next, first)?) {
                first = next;
            }
        }
        Ok(Some(first))
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
            Err(_) => Err(Error::written(
                codes::RT_ERROR_OVERFLOW,
                format_args!("the sum {ints} is outside of 64 bits"),
            )),
        }
    }

    /// The position of the first element that equals `value`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn index_of(&self, value: RuntimeValue) -> Result<Option<usize>> {
        self.search(0..self.len(), value)
    }

    /// The position of the last element that equals `value`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn last_index_of(&self, value: RuntimeValue) -> Result<Option<usize>> {
        self.search((0..self.len()).rev(), value)
    }

    fn search(
        &self,
        positions: impl Iterator<Item = usize>,
        value: RuntimeValue,
    ) -> Result<Option<usize>> {
        for position in positions {
            if let Some(element) = self.get(position)
                && equality::equal(element, value)?
            {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }

    /// How many elements equal `value`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn count(&self, value: RuntimeValue) -> Result<usize> {
        let mut count = 0;
        for element in self {
            count += usize::from(equality::equal(element, value)?);
        }
        Ok(count)
    }

    /// Whether an element equals `value`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn contains(&self, value: RuntimeValue) -> Result<bool> {
        Ok(self.index_of(value)?.is_some())
    }
}
