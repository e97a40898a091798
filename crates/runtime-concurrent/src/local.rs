//! Stores of values that each thread has for itself.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use runtime_core::handle::{HandleKind, InPlace, InPlaceTable};
use runtime_core::{Error, Result};

use crate::codes;

/// Handles of stores that map keys to words, for each thread apart: what one thread sets no other
/// thread sees, and a thread's values go when it ends.
///
/// All tables of a process share the threads' memory, so there is to be one.
///
/// # Example
/// ```
/// use runtime_concurrent::LocalStore;
/// use runtime_core::handle::kinds;
///
/// static STORES: LocalStore = LocalStore::new(kinds::TLS);
/// let store = STORES.create()?;
/// STORES.set(store, 1, 42)?;
/// std::thread::spawn(move || assert_eq!(STORES.get(store, 1).unwrap(), None)).join().unwrap();
/// assert_eq!(STORES.get(store, 1)?, Some(42));
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct LocalStore {
    slots: InPlaceTable<Store>,
}

/// A store is no more than its handle: the values are with the threads.
struct Store;

impl InPlace for Store {
    fn vacant() -> Self {
        Self
    }
}

type Values = HashMap<u64, u64, RandomState>;

/// One thread's values of all stores, by handle. A handle never comes back, so the values of a freed
/// store can stay until it is convenient to drop them.
#[derive(Default)]
struct Stores {
    values: HashMap<i64, Values, RandomState>,
    /// How many stores there may be before the freed ones are looked for.
    limit: usize,
}

/// The fewest stores that are worth a look for freed ones.
const MIN_LIMIT: usize = 16;

thread_local! {
    static STORES: RefCell<Stores> = RefCell::default();
}

impl LocalStore {
    /// No stores yet.
    #[cfg(not(loom))]
    pub const fn new(kind: HandleKind) -> Self {
        Self { slots: InPlaceTable::new(kind) }
    }

    /// No stores yet, inside a loom model.
    #[cfg(loom)]
    pub fn new(kind: HandleKind) -> Self {
        Self { slots: InPlaceTable::new(kind) }
    }

    /// Makes a store, empty on every thread.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn create(&self) -> Result<i64> {
        self.slots.insert(|_| ())
    }

    /// Sets this thread's word for `key`. Returns the one it had.
    ///
    /// # Errors
    /// A handle error, or `RT_ERROR_THREAD_ENDS` while the thread is torn down.
    pub fn set(&self, store: i64, key: u64, word: u64) -> Result<Option<u64>> {
        self.slots.get(store)?;
        with_stores(|stores| {
            if !stores.values.contains_key(&store) {
                self.make_room(stores);
            }
            stores.values.entry(store).or_default().insert(key, word)
        })
    }

    /// This thread's word for `key`.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn get(&self, store: i64, key: u64) -> Result<Option<u64>> {
        self.slots.get(store)?;
        with_stores(|stores| stores.values.get(&store)?.get(&key).copied())
    }

    /// Takes this thread's word for `key` out.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn remove(&self, store: i64, key: u64) -> Result<Option<u64>> {
        self.slots.get(store)?;
        with_stores(|stores| stores.values.get_mut(&store)?.remove(&key))
    }

    /// Takes all of this thread's words out.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn clear(&self, store: i64) -> Result<()> {
        self.slots.get(store)?;
        with_stores(|stores| {
            stores.values.remove(&store);
        })
    }

    /// Ends the store, for all threads.
    ///
    /// # Errors
    /// A handle error.
    pub fn free(&self, store: i64) -> Result<()> {
        self.slots.free(store)?;
        // The other threads drop their values in time; a thread that ends has dropped them already.
        let _ = with_stores(|stores| stores.values.remove(&store));
        Ok(())
    }

    /// Before the thread gets values of one more store: drops those of freed stores, if there are
    /// so many stores by now that it is worth the time.
    fn make_room(&self, stores: &mut Stores) {
        if stores.values.len() >= stores.limit.max(MIN_LIMIT) {
            stores.values.retain(|&store, _| self.slots.get(store).is_ok());
            stores.limit = 2 * stores.values.len();
        }
    }
}

fn with_stores<R>(act: impl FnOnce(&mut Stores) -> R) -> Result<R> {
    STORES.try_with(|stores| act(&mut stores.borrow_mut())).map_err(|_| {
        Error::new(codes::RT_ERROR_THREAD_ENDS, "the thread ends and has no values any more")
    })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use runtime_core::handle::kinds;

    use super::*;

    static TABLE: LocalStore = LocalStore::new(kinds::TLS);

    #[test]
    fn each_thread_has_its_own() {
        let store = TABLE.create().unwrap();
        assert_eq!(TABLE.set(store, u64::MAX - 1, 1).unwrap(), None);
        assert_eq!(TABLE.set(store, u64::MAX - 1, 2).unwrap(), Some(1));
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    assert_eq!(TABLE.get(store, u64::MAX - 1).unwrap(), None);
                    TABLE.set(store, u64::MAX - 1, thread).unwrap();
                    TABLE.clear(store).unwrap();
                    assert_eq!(TABLE.get(store, u64::MAX - 1).unwrap(), None);
                });
            }
        });
        assert_eq!(TABLE.remove(store, u64::MAX - 1).unwrap(), Some(2));
        assert_eq!(TABLE.remove(store, u64::MAX - 1).unwrap(), None);
        TABLE.free(store).unwrap();
        assert!(TABLE.get(store, 1).is_err() && TABLE.free(store).is_err());
    }

    #[test]
    fn values_of_freed_stores_do_not_pile_up() {
        std::thread::spawn(|| {
            let kept = TABLE.create().unwrap();
            TABLE.set(kept, 1, 1).unwrap();
            for _ in 0..1_000 {
                let store = TABLE.create().unwrap();
                TABLE.set(store, 1, 1).unwrap();
                std::thread::scope(|scope| {
                    scope.spawn(|| TABLE.free(store).unwrap());
                });
            }
            let stores = STORES.with_borrow(|stores| stores.values.len());
            assert!(stores <= 2 * MIN_LIMIT, "{stores} stores");
            assert_eq!(TABLE.get(kept, 1).unwrap(), Some(1));
        })
        .join()
        .unwrap();
    }
}
