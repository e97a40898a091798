//! Arrays: growable sequences of values.
//!
//! The elements lie in a buffer of their own, so the array's word stays the same when it grows.
//! Elements are plain words: an array neither checks nor owns what it holds.

mod derive;
mod order;

use std::ptr;

use runtime_core::arguments::MAX_LENGTH;
use runtime_core::{Error, Result};

use crate::codes;
use crate::heap::{self, buffer, layout::ArrayObject};
use crate::room::Room;
use crate::types::ObjectType;
use crate::view::{Array, View};
use crate::word::RuntimeValue;

/// The capacity that an array gets when it first grows.
const FIRST_CAPACITY: u64 = 8;

impl Array {
    /// An empty array with room for `capacity` elements; it grows beyond them.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`, also for a capacity that no memory has.
    pub fn new(capacity: u64) -> Result<Self> {
        // SAFETY: null is a buffer of length 0.
        let data = unsafe { buffer::resize(ObjectType::Array, ptr::null_mut(), 0, capacity)? };
        let made = heap::make::<ArrayObject>(size_of::<ArrayObject>(), |object| {
            // SAFETY: the block is as large as the struct and nobody else knows it yet.
            unsafe {
                (&raw mut (*object.as_ptr()).len).write(0);
                (&raw mut (*object.as_ptr()).capacity).write(capacity);
                (&raw mut (*object.as_ptr()).data).write(data);
            }
        });
        if made.is_err() {
            // SAFETY: the buffer was made above and belongs to nothing.
            unsafe { buffer::resize(ObjectType::Array, data, capacity, 0)? };
        }
        made.map(Self)
    }

    /// An array with these elements.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn from_slice(elements: &[RuntimeValue]) -> Result<Self> {
        let array = Self::new(elements.len() as u64)?;
        array.set_elements(elements);
        Ok(array)
    }

    /// An array of what `elements` yields, with room for `capacity` of them from the start.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub(crate) fn collect(
        capacity: usize,
        elements: impl Iterator<Item = RuntimeValue>,
    ) -> Result<Self> {
        let array = Self::new(capacity as u64)?;
        let mut elements = elements;
        // SAFETY: the array was made here and is known to nobody.
        unsafe { array.or_freed(elements.try_for_each(|element| array.push(element))) }
    }

    /// The array, if what was done to it succeeded. Else it is freed; its elements stay.
    ///
    /// # Safety
    /// Nobody else knows the array.
    unsafe fn or_freed(self, outcome: Result<()>) -> Result<Self> {
        if outcome.is_err() {
            // SAFETY: the caller's promise.
            unsafe { heap::free(self.value())? };
        }
        outcome.map(|()| self)
    }

    /// Makes these the elements; there is room for them.
    fn set_elements(&self, elements: &[RuntimeValue]) {
        debug_assert!(elements.len() as u64 <= self.object().capacity);
        // SAFETY: the buffer has room for the elements, by the caller's word, and they do not come
        // from it: a slice of the buffer is never handed out.
        unsafe {
            ptr::copy_nonoverlapping(elements.as_ptr(), self.object().data, elements.len());
            self.set_len(elements.len() as u64);
        }
    }

    /// # Safety
    /// The first `len` elements are initialised.
    #[inline(always)]
    unsafe fn set_len(&self, len: u64) {
        // SAFETY: the object is live; no reference to the field is held across this.
        unsafe { (&raw mut (*self.0.as_ptr()).len).write(len) };
    }

    /// How many elements there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.object().len as usize
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// For how many elements there is room without growing.
    pub fn capacity(&self) -> usize {
        self.object().capacity as usize
    }

    /// The element at `position`.
    #[inline(always)]
    pub fn get(&self, position: usize) -> Option<RuntimeValue> {
        // SAFETY: a position below the length is inside the buffer and initialised.
        (position < self.len()).then(|| unsafe { *self.object().data.add(position) })
    }

    /// Replaces the element at `position`. False when there is none.
    #[inline(always)]
    pub fn set(&self, position: usize, value: RuntimeValue) -> bool {
        let inside = position < self.len();
        if inside {
            // SAFETY: a position below the length is inside the buffer.
            unsafe { self.object().data.add(position).write(value) };
        }
        inside
    }

    /// The position that `index` means: negative ones count from the end. `None` when it is out of
    /// range.
    #[inline(always)]
    pub fn position(&self, index: i64) -> Option<usize> {
        position(self.object().len, index)
    }

    /// Appends an element.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`; the array is unchanged then.
    #[inline(always)]
    pub fn push(&self, value: RuntimeValue) -> Result<()> {
        let ArrayObject { len, capacity, .. } = *self.object();
        if len == capacity {
            self.reserve(1)?;
        }
        // SAFETY: the length is now below the capacity.
        unsafe {
            self.object().data.add(len as usize).write(value);
            self.set_len(len + 1);
        }
        Ok(())
    }

    /// Appends an element if there is room for it. False when the array would have to grow.
    pub fn push_within_capacity(&self, value: RuntimeValue) -> bool {
        self.object().len < self.object().capacity && self.push(value).is_ok()
    }

    /// Makes room for `additional` more elements.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`; the array is unchanged then.
    #[cold]
    pub fn reserve(&self, additional: u64) -> Result<()> {
        let ArrayObject { len, capacity, data, .. } = *self.object();
        let needed = len
            .checked_add(additional)
            .filter(|&needed| needed <= MAX_LENGTH)
            .ok_or_else(|| Error::out_of_memory(usize::MAX))?;
        if needed <= capacity {
            return Ok(());
        }
        let grown = needed.max(capacity.saturating_mul(2)).max(FIRST_CAPACITY);
        // SAFETY: the buffer is the array's own, of this capacity; the new one takes its place.
        unsafe {
            let data = buffer::resize(ObjectType::Array, data, capacity, grown)?;
            (&raw mut (*self.0.as_ptr()).data).write(data);
            (&raw mut (*self.0.as_ptr()).capacity).write(grown);
        }
        Ok(())
    }

    /// Removes and returns the last element.
    #[inline]
    pub fn pop(&self) -> Option<RuntimeValue> {
        let last = self.get(self.len().checked_sub(1)?)?;
        // SAFETY: a shorter array is still initialised.
        unsafe { self.set_len(self.object().len - 1) };
        Some(last)
    }

    /// Puts an element before the one at `position`; at the end when `position` is the length.
    ///
    /// # Errors
    /// `RT_ERROR_INDEX` when `position` is beyond the length, `RT_ERROR_OUT_OF_MEMORY`.
    pub fn insert(&self, position: usize, value: RuntimeValue) -> Result<()> {
        let len = self.len();
        if position > len {
            return Err(Error::written(
                codes::RT_ERROR_INDEX,
                format_args!("index {position} is beyond the length {len}"),
            ));
        }
        self.push(value)?;
        for place in (position..len).rev() {
            let moved = self.get(place).unwrap_or(RuntimeValue::NIL);
            self.set(place + 1, moved);
        }
        self.set(position, value);
        Ok(())
    }

    /// Removes and returns the element at `position`.
    pub fn remove(&self, position: usize) -> Option<RuntimeValue> {
        let removed = self.get(position)?;
        for place in position + 1..self.len() {
            let moved = self.get(place).unwrap_or(RuntimeValue::NIL);
            self.set(place - 1, moved);
        }
        self.pop();
        Some(removed)
    }

    /// Removes all elements. The capacity stays.
    pub fn clear(&self) {
        // SAFETY: no elements need no initialisation.
        unsafe { self.set_len(0) };
    }

    /// Makes every element `value`.
    pub fn fill(&self, value: RuntimeValue) {
        for position in 0..self.len() {
            self.set(position, value);
        }
    }

    /// Reverses the order of the elements.
    pub fn reverse(&self) {
        let len = self.len();
        for (position, opposite) in (0..len / 2).map(|position| (position, len - 1 - position)) {
            if let (Some(a), Some(b)) = (self.get(position), self.get(opposite)) {
                self.set(position, b);
                self.set(opposite, a);
            }
        }
    }

    /// The elements in order. Elements that are pushed meanwhile are seen too.
    pub fn iter(&self) -> Iter {
        Iter { array: *self, position: 0 }
    }

    /// A copy of the elements.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn to_vec(&self) -> Result<Vec<RuntimeValue>> {
        let mut elements = Vec::new();
        elements.make_room(self.len())?;
        elements.extend(self.iter().take(self.len()));
        Ok(elements)
    }
}

/// The position that `index` means in a sequence of `len` items: negative ones count from the end.
#[inline(always)]
pub(crate) fn position(len: u64, index: i64) -> Option<usize> {
    // Adding the length to a negative index wraps to a huge number when it is still negative.
    let position = if index < 0 { len.wrapping_add(index as u64) } else { index as u64 };
    (position < len).then_some(position as usize)
}

/// An array of what `values` yields. When one of them fails, those before it are freed.
///
/// # Errors
/// What `values` fails with, `RT_ERROR_OUT_OF_MEMORY`.
pub fn array_of(values: impl Iterator<Item = Result<RuntimeValue>>) -> Result<Array> {
    fill(Array::new(values.size_hint().0 as u64)?, values)
}

/// Pushes what `values` yields. When one of them fails, the array and all in it are freed.
fn fill(array: Array, values: impl Iterator<Item = Result<RuntimeValue>>) -> Result<Array> {
    for value in values {
        let pushed = value.and_then(|value| {
            array.push(value).inspect_err(|_| {
                // SAFETY: the value was made here and is known to nobody.
                let _ = unsafe { heap::free(value) };
            })
        });
        if let Err(error) = pushed {
            // SAFETY: the array and the values in it were made here and are known to nobody.
            unsafe {
                for element in array.iter() {
                    let _ = heap::free(element);
                }
                let _ = heap::free(array.value());
            }
            return Err(error);
        }
    }
    Ok(array)
}

/// The elements of an array, see [`Array::iter`].
#[derive(Debug)]
pub struct Iter {
    array: Array,
    position: usize,
}

impl Iterator for Iter {
    type Item = RuntimeValue;

    fn next(&mut self) -> Option<RuntimeValue> {
        let element = self.array.get(self.position)?;
        self.position += 1;
        Some(element)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.array.len().saturating_sub(self.position), None)
    }
}

impl IntoIterator for Array {
    type Item = RuntimeValue;
    type IntoIter = Iter;

    fn into_iter(self) -> Iter {
        self.iter()
    }
}

impl IntoIterator for &Array {
    type Item = RuntimeValue;
    type IntoIter = Iter;

    fn into_iter(self) -> Iter {
        self.iter()
    }
}
