//! Dicts: maps from values to values that remember the order of insertion.
//!
//! The pairs lie in a buffer in order of insertion, each with its key's hash; an index (hashbrown,
//! a Swiss table) finds the position of a pair by hash. This is the layout of CPython's compact
//! dict (R. Hettinger, 2012). A removed pair leaves a gap that goes when the buffer is next full.
//! Keys are plain words like elements of arrays: a key that was freed is not found any more, and
//! harms nothing.

use std::ptr;

use hashbrown::HashTable;
use runtime_core::{Error, Result};

use crate::array::array_of;
use crate::equality::same_key;
use crate::hash::hash;
use crate::heap::layout::{DictObject, Entry, REMOVED};
use crate::heap::{self, buffer, count_resize};
use crate::types::ObjectType;
use crate::view::{self, Array, Dict, Tuple, View};
use crate::word::RuntimeValue;

/// The capacity that a dict gets when it first grows.
const FIRST_CAPACITY: u64 = 8;
/// Below this capacity a dict grows by four instead of two, to be sorted into its index less often.
const FAST_GROWTH: u64 = 1024;

impl Dict {
    /// An empty dict with room for `capacity` pairs; it grows beyond them.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`, also for a capacity that no memory has.
    pub fn new(capacity: u64) -> Result<Self> {
        let made = heap::make::<DictObject>(size_of::<DictObject>(), |object| {
            // SAFETY: the block is as large as the struct and nobody else knows it yet.
            unsafe {
                (&raw mut (*object.as_ptr()).len).write(0);
                (&raw mut (*object.as_ptr()).capacity).write(0);
                (&raw mut (*object.as_ptr()).entries).write(ptr::null_mut());
                (&raw mut (*object.as_ptr()).used).write(0);
                (&raw mut (*object.as_ptr()).index).write(HashTable::new());
            }
        });
        let dict = Self(made?);
        if capacity > 0
            && let Err(error) = dict.resize(capacity)
        {
            // SAFETY: the dict was made here and is known to nobody.
            unsafe { heap::free(dict.value())? };
            return Err(error);
        }
        Ok(dict)
    }

    /// How many pairs there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.object().len as usize
    }

    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// For how many pairs there is room without growing.
    pub fn capacity(&self) -> usize {
        self.object().capacity as usize
    }

    /// The value of `key`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`, for a key that is a structure only: comparing those takes memory.
    #[inline]
    pub fn get(&self, key: RuntimeValue) -> Result<Option<RuntimeValue>> {
        if self.object().len == 0 {
            return Ok(None);
        }
        let position = self.find(key, hash(key))?;
        Ok(position.map(|position| self.entry(position).value))
    }

    /// Whether `key` is there, whatever its value.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn contains_key(&self, key: RuntimeValue) -> Result<bool> {
        Ok(self.get(key)?.is_some())
    }

    /// Sets the value of `key`. Returns the value that it had.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_VALUE` for a key that is forged or freed, `RT_ERROR_OUT_OF_MEMORY`.
    #[inline]
    pub fn insert(&self, key: RuntimeValue, value: RuntimeValue) -> Result<Option<RuntimeValue>> {
        let hash = hash(key);
        if let Some(position) = self.find(key, hash)? {
            // SAFETY: the index holds positions of live entries.
            let entry = unsafe { &mut *self.object().entries.add(position) };
            return Ok(Some(std::mem::replace(&mut entry.value, value)));
        }
        if key.is_dead() {
            return Err(view::wrong_type("key", key, "value"));
        }
        self.append(Entry { key, value, hash })?;
        Ok(None)
    }

    /// Removes `key`. Returns the value that it had. The order of the others stays.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn remove(&self, key: RuntimeValue) -> Result<Option<RuntimeValue>> {
        let hash = hash(key);
        let Some(position) = self.find(key, hash)? else { return Ok(None) };
        let removed = self.entry(position).value;
        self.with_mut(|dict| {
            if let Ok(found) = dict.index.find_entry(hash, |&at| at as usize == position) {
                found.remove();
            }
            dict.len -= 1;
            // SAFETY: a position from the index is inside the buffer.
            unsafe { (*dict.entries.add(position)).key = REMOVED };
            if dict.len == 0 {
                dict.used = 0;
            } else if position as u64 + 1 == dict.used {
                dict.used -= 1;
            }
        });
        Ok(Some(removed))
    }

    /// Removes all pairs. The room stays.
    pub fn clear(&self) {
        self.with_mut(|dict| {
            dict.index.clear();
            dict.len = 0;
            dict.used = 0;
        });
    }

    /// The pairs in order of insertion. Pairs that are added meanwhile may be seen or not.
    pub fn iter(&self) -> Iter {
        Iter { dict: *self, position: 0 }
    }

    /// The keys in order of insertion.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn keys(&self) -> Result<Array> {
        Array::collect(self.len(), self.iter().map(|(key, _)| key))
    }

    /// The values in order of insertion of their keys.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn values(&self) -> Result<Array> {
        Array::collect(self.len(), self.iter().map(|(_, value)| value))
    }

    /// The pairs as an array of tuples, in order of insertion.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn entries(&self) -> Result<Array> {
        array_of(self.iter().map(|(key, value)| Ok(Tuple::from_slice(&[key, value])?.value())))
    }

    /// The position of the entry with this key.
    #[inline(always)]
    fn find(&self, key: RuntimeValue, hash: u64) -> Result<Option<usize>> {
        let object = self.object();
        let mut failure = None;
        let found = object.index.find(hash, |&position| {
            let entry = self.entry(position as usize);
            // A dead key has the hash of no entry, so the same word is the same key.
            entry.hash == hash
                && (entry.key == key
                    || same_key(entry.key, key).unwrap_or_else(|error| {
                        failure = Some(error);
                        true
                    }))
        });
        match failure {
            Some(error) => Err(error),
            None => Ok(found.map(|&position| position as usize)),
        }
    }

    #[inline(always)]
    fn entry(&self, position: usize) -> Entry {
        // SAFETY: positions come from the index or are below `used`.
        unsafe { *self.object().entries.add(position) }
    }

    /// Works on the struct itself. `work` calls nothing that looks at this dict.
    #[inline(always)]
    fn with_mut<R>(&self, work: impl FnOnce(&mut DictObject) -> R) -> R {
        let mut object = self.0;
        // SAFETY: the object is live, on this thread, and nobody else looks at it while `work` runs.
        work(unsafe { object.as_mut() })
    }

    /// Puts a new pair at the end.
    fn append(&self, entry: Entry) -> Result<()> {
        if self.object().used == self.object().capacity {
            self.make_room()?;
        }
        if self.object().index.len() == self.object().index.capacity() {
            // Removed pairs have left marks in it that take the room.
            self.with_mut(|dict| reserve_index(dict, 1))?;
        }
        self.with_mut(|dict| {
            let position = dict.used;
            let entries = dict.entries;
            // SAFETY: there is room for one more entry, and for one more in the index.
            unsafe { entries.add(position as usize).write(entry) };
            dict.index.insert_unique(entry.hash, position as u32, |&at| {
                // SAFETY: the index holds positions of initialised entries.
                unsafe { (*entries.add(at as usize)).hash }
            });
            dict.used += 1;
            dict.len += 1;
        });
        Ok(())
    }

    /// Closes the gaps if they are many, else grows.
    #[cold]
    fn make_room(&self) -> Result<()> {
        let DictObject { len, used, capacity, .. } = *self.object();
        if used > 0 && len <= used - used / 4 && len < used {
            self.close_gaps();
            return Ok(());
        }
        let factor = if capacity < FAST_GROWTH { 4 } else { 2 };
        self.resize(capacity.saturating_mul(factor).max(FIRST_CAPACITY))
    }

    fn close_gaps(&self) {
        self.with_mut(|dict| {
            let mut end = 0;
            dict.index.clear();
            for position in 0..dict.used as usize {
                // SAFETY: below `used`; `end` is not beyond `position`. The index had room for all.
                unsafe {
                    let entries = dict.entries;
                    let entry = *entries.add(position);
                    if entry.key != REMOVED {
                        entries.add(end).write(entry);
                        dict.index.insert_unique(entry.hash, end as u32, |&at| {
                            (*entries.add(at as usize)).hash
                        });
                        end += 1;
                    }
                }
            }
            dict.used = end as u64;
        });
    }

    /// Makes room for `capacity` entries, not fewer than there are, and for as many in the index.
    fn resize(&self, capacity: u64) -> Result<()> {
        if capacity > u64::from(u32::MAX) {
            return Err(Error::out_of_memory(
                (capacity as usize).saturating_mul(size_of::<Entry>()),
            ));
        }
        self.with_mut(|dict| {
            // The index first: when the entries cannot grow, a roomy index does no harm.
            reserve_index(dict, capacity as usize - dict.index.len())?;
            // SAFETY: the buffer is the dict's own, of this capacity; the new one takes its place.
            dict.entries =
                unsafe { buffer::resize(ObjectType::Dict, dict.entries, dict.capacity, capacity)? };
            dict.capacity = capacity;
            Ok(())
        })
    }
}

/// Makes room in the index for more entries.
#[cold]
fn reserve_index(dict: &mut DictObject, additional: usize) -> Result<()> {
    let (entries, before) = (dict.entries, dict.index.allocation_size());
    let reserved = dict.index.try_reserve(additional, |&position| {
        // SAFETY: the index holds positions of initialised entries.
        unsafe { (*entries.add(position as usize)).hash }
    });
    count_resize(ObjectType::Dict, dict.index.allocation_size() as i64 - before as i64);
    reserved.map_err(|_| Error::out_of_memory(additional.saturating_mul(size_of::<u64>())))
}

/// The pairs of a dict, see [`Dict::iter`].
#[derive(Debug)]
pub struct Iter {
    dict: Dict,
    position: usize,
}

impl Iterator for Iter {
    type Item = (RuntimeValue, RuntimeValue);

    fn next(&mut self) -> Option<Self::Item> {
        while self.position < self.dict.object().used as usize {
            let entry = self.dict.entry(self.position);
            self.position += 1;
            if entry.key != REMOVED {
                return Some((entry.key, entry.value));
            }
        }
        None
    }
}

impl IntoIterator for Dict {
    type Item = (RuntimeValue, RuntimeValue);
    type IntoIter = Iter;

    fn into_iter(self) -> Iter {
        self.iter()
    }
}
