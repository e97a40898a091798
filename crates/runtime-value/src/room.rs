//! Room in the collections of the standard library. They end the process when they grow and memory
//! runs out; what made room before adds without growing.

use std::collections::{HashMap, HashSet, TryReserveError};
use std::hash::{BuildHasher, Hash};

use runtime_core::{Error, Result};

/// A collection that can make room.
pub(crate) trait Room {
    /// Makes room for `additional` more items.
    fn make_room(&mut self, additional: usize) -> Result<()>;
}

impl<T> Room for Vec<T> {
    #[inline]
    fn make_room(&mut self, additional: usize) -> Result<()> {
        told::<T>(self.try_reserve(additional), additional)
    }
}

impl<T: Eq + Hash, S: BuildHasher> Room for HashSet<T, S> {
    #[inline]
    fn make_room(&mut self, additional: usize) -> Result<()> {
        told::<T>(self.try_reserve(additional), additional)
    }
}

impl<K: Eq + Hash, V, S: BuildHasher> Room for HashMap<K, V, S> {
    #[inline]
    fn make_room(&mut self, additional: usize) -> Result<()> {
        told::<(K, V)>(self.try_reserve(additional), additional)
    }
}

#[inline]
fn told<T>(reserved: std::result::Result<(), TryReserveError>, additional: usize) -> Result<()> {
    reserved.map_err(|_| Error::out_of_memory(additional.saturating_mul(size_of::<T>())))
}
