//! New arrays from arrays: copies, parts, pairs, repetitions, ranges, texts.

use hashbrown::HashTable;
use runtime_core::{Error, Result};

use super::{array_of, fill};
use crate::display;
use crate::equality;
use crate::hash;
use crate::string;
use crate::view::{Array, Str, Tuple, View};
use crate::word::RuntimeValue;

impl Array {
    /// An array with the same elements.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn copy(&self) -> Result<Self> {
        Self::collect(self.len(), self.iter())
    }

    /// This array's elements, then the other's.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn concat(&self, other: &Self) -> Result<Self> {
        Self::collect(self.len() + other.len(), self.iter().chain(other))
    }

    /// The elements in reverse order.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn reversed(&self) -> Result<Self> {
        let positions = (0..self.len()).rev();
        Self::collect(self.len(), positions.map_while(|position| self.get(position)))
    }

    /// The elements in order, see [`sort`](Self::sort).
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn sorted(&self) -> Result<Self> {
        let copy = self.copy()?;
        // SAFETY: the copy was made here and is known to nobody.
        unsafe { copy.or_freed(copy.sort()) }
    }

    /// Pairs of the elements at the same positions, as many as the shorter array has.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn zip(&self, other: &Self) -> Result<Self> {
        array_of(self.iter().zip(other).map(|(a, b)| Ok(Tuple::from_slice(&[a, b])?.value())))
    }

    /// Pairs of position and element.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn enumerate(&self) -> Result<Self> {
        array_of(self.iter().enumerate().map(|(position, element)| {
            let pair = [RuntimeValue::int(position as i64)?, element];
            Ok(Tuple::from_slice(&pair)?.value())
        }))
    }

    /// The elements, with those of elements that are arrays in their place; one level deep.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn flatten(&self) -> Result<Self> {
        // Elements that are no arrays count as arrays of themselves. An array that holds itself ends,
        // since each is as long as it was when its turn came.
        let parts = self.iter().flat_map(|element| {
            let inner = Self::find(element);
            let itself = inner.is_none().then_some(element);
            inner.into_iter().flat_map(|inner| inner.iter().take(inner.len())).chain(itself)
        });
        Self::collect(self.len(), parts)
    }

    /// The elements without those that equal an earlier one.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn unique(&self) -> Result<Self> {
        let firsts = Self::new(0)?;
        // SAFETY: the array was made here and is known to nobody.
        unsafe { firsts.or_freed(self.add_firsts(&firsts)) }
    }

    /// Pushes the elements that equal no earlier one.
    fn add_firsts(&self, firsts: &Self) -> Result<()> {
        let mut known: HashTable<(u64, RuntimeValue)> = HashTable::new();
        for element in self {
            let hash = hash::hash(element);
            let mut failure = None;
            let equals = |&(other_hash, other): &(u64, RuntimeValue)| {
                other_hash == hash
                    && equality::same_key(other, element).unwrap_or_else(|error| {
                        failure = Some(error);
                        true
                    })
            };
            let is_known = known.find(hash, equals).is_some();
            if let Some(error) = failure {
                return Err(error);
            }
            if !is_known {
                known
                    .try_reserve(1, |entry| entry.0)
                    .map_err(|_| Error::out_of_memory(size_of::<(u64, RuntimeValue)>()))?;
                known.insert_unique(hash, (hash, element), |entry| entry.0);
                firsts.push(element)?;
            }
        }
        Ok(())
    }

    /// The first `count` elements, or all.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn take(&self, count: usize) -> Result<Self> {
        Self::collect(count.min(self.len()), self.iter().take(count))
    }

    /// The elements after the first `count`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn drop_first(&self, count: usize) -> Result<Self> {
        Self::collect(self.len().saturating_sub(count), self.iter().skip(count))
    }

    /// The texts of the elements with `separator` between them.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn join(&self, separator: &[u8]) -> Result<Str> {
        let mut text = string::Builder::new(0)?;
        for (position, element) in self.iter().enumerate() {
            if position > 0 {
                text.extend(separator)?;
            }
            display::write(element, &mut text)?;
        }
        text.finish()
    }

    /// `count` times `value`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn repeat(value: RuntimeValue, count: u64) -> Result<Self> {
        let array = Self::new(count)?;
        for _ in 0..count {
            array.push(value)?;
        }
        Ok(array)
    }

    /// The ints from `start` up (or down) to but without `end`, in steps of `step`. Empty when the
    /// step leads away from the end.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for step 0, `RT_ERROR_OUT_OF_MEMORY`.
    pub fn range(start: i64, end: i64, step: i64) -> Result<Self> {
        if step == 0 {
            return Err(Error::invalid("step 0 leads nowhere"));
        }
        let (start, end, step) = (i128::from(start), i128::from(end), i128::from(step));
        let distance = if step > 0 { end - start } else { start - end };
        // At most 2^64 - 1 steps, which is a capacity that is refused.
        let count = (distance.max(0) + step.abs() - 1) / step.abs();
        let array = Self::new(count as u64)?;
        // Each number is between start and end, both 64 bits.
        let numbers = (0..count).map(|number| RuntimeValue::int((start + number * step) as i64));
        fill(array, numbers)
    }
}
