//! A map for many threads.

use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt;
use std::hash::Hash;
use std::sync::LazyLock;

use dashmap::{DashMap, Entry};
use foldhash::fast::RandomState;
use runtime_core::Result;

use crate::table::{Reuse, SharedTable};

/// A map whose entries many threads read and change at once: dashmap's, with a quicker hash, and
/// with a way to change an entry by a function that may do as it likes.
///
/// No function of a caller runs while a lock is held. So a function given to [`update`] may use the
/// same map, take its time, and panic.
///
/// [`update`]: Self::update
///
/// # Example
/// ```
/// use runtime_concurrent::Map;
///
/// let counts = Map::new();
/// for word in ["a", "b", "a"] {
///     counts.update(&word, |count| count.unwrap_or(0) + 1);
/// }
/// assert_eq!(counts.get(&"a"), Some(2));
/// assert_eq!(counts.insert("b", 7), Some(1));
/// assert_eq!(counts.get_or_insert("c", 3), 3);
/// assert_eq!(counts.len(), 3);
/// ```
pub struct Map<K, V> {
    entries: DashMap<K, V, RandomState>,
}

impl<K: Eq + Hash + Clone, V: Copy + PartialEq> Map<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self { entries: DashMap::default() }
    }

    /// Sets the value of `key`. Returns the one that it had.
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        self.entries.insert(key, value)
    }

    /// The value of `key`.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|entry| *entry)
    }

    /// Takes `key` out. Returns the value that it had.
    pub fn remove<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key).map(|(_, value)| value)
    }

    /// Whether `key` has a value.
    pub fn contains<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.entries.contains_key(key)
    }

    /// The value of `key`, which becomes `value` if it had none.
    pub fn get_or_insert(&self, key: K, value: V) -> V {
        *self.entries.entry(key).or_insert(value)
    }

    /// Sets the value of `key` to `new` if it is `current`, `None` standing for no value.
    ///
    /// # Errors
    /// The value that the key has instead.
    pub fn compare_exchange(
        &self,
        key: K,
        current: Option<V>,
        new: V,
    ) -> std::result::Result<(), Option<V>> {
        match self.entries.entry(key) {
            Entry::Occupied(mut entry) => match Some(*entry.get()) {
                seen if seen == current => {
                    entry.insert(new);
                    Ok(())
                }
                seen => Err(seen),
            },
            Entry::Vacant(entry) if current.is_none() => {
                entry.insert(new);
                Ok(())
            }
            Entry::Vacant(_) => Err(None),
        }
    }

    /// Sets the value of `key` to what `function` makes of the one it has, and returns it.
    ///
    /// The function runs outside of all locks. When another thread changes the value meanwhile, the
    /// function is asked again; so it is to have no effects but its result. A function that panics
    /// leaves the map as it was. One that changes the same key itself is asked again, too.
    pub fn update(&self, key: &K, function: impl FnMut(Option<V>) -> V) -> V {
        let Ok(new) = update_found(|| Ok::<_, Infallible>(self), key, function);
        new
    }

    /// All keys, in no order. Keys that come or go meanwhile may be among them or not; all others
    /// are, once.
    pub fn keys(&self) -> Vec<K> {
        self.entries.iter().map(|entry| entry.key().clone()).collect()
    }

    /// All entries, in no order; as [`keys`](Self::keys). Writers wait for a part of the map only,
    /// and only while it is copied.
    pub fn entries(&self) -> Vec<(K, V)> {
        self.entries.iter().map(|entry| (entry.key().clone(), *entry.value())).collect()
    }

    /// Calls `function` with each entry that there is at the start, in no order, until it says that it
    /// has had enough (false) or fails. Returns how many times it was called. The function may use
    /// this map; what changes meanwhile it does not see.
    ///
    /// # Errors
    /// What the function fails with.
    pub fn for_each(&self, mut function: impl FnMut(&K, V) -> Result<bool>) -> Result<usize> {
        let mut calls = 0;
        for (key, value) in self.entries() {
            calls += 1;
            if !function(&key, value)? {
                break;
            }
        }
        Ok(calls)
    }

    /// How many entries there are. With writers meanwhile, a sum of moments.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes all entries out.
    pub fn clear(&self) {
        self.entries.clear();
    }
}

impl<K, V> SharedTable<LazyLock<Map<K, V>>>
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    V: Copy + PartialEq + Send + Sync + 'static,
{
    /// As [`Map::update`], on the map of a live handle, which is looked up again after each call of
    /// the function: that may take its time, or free the map.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn update(&self, handle: i64, key: &K, function: impl FnMut(Option<V>) -> V) -> Result<V> {
        update_found(|| self.get(handle).map(|map| &**map), key, function)
    }
}

/// See [`Map::update`]. `find` gives the map, before each use of it.
fn update_found<'m, K, V, E>(
    find: impl Fn() -> std::result::Result<&'m Map<K, V>, E>,
    key: &K,
    mut function: impl FnMut(Option<V>) -> V,
) -> std::result::Result<V, E>
where
    K: Eq + Hash + Clone + 'm,
    V: Copy + PartialEq + 'm,
{
    let mut seen = find()?.get(key);
    loop {
        let new = function(seen);
        match find()?.compare_exchange(key.clone(), seen, new) {
            Ok(()) => return Ok(new),
            Err(now) => seen = now,
        }
    }
}

impl<K, V> Reuse for Map<K, V>
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    V: Copy + PartialEq + Send + Sync + 'static,
{
    fn vacate(&self) {
        self.entries.clear();
        self.entries.shrink_to_fit();
    }
}

impl<K: Eq + Hash + Clone, V: Copy + PartialEq> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Eq + Hash + fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.fmt(out)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn entries_come_and_go() {
        let map = Map::new();
        assert_eq!(map.insert(1, 10), None);
        assert_eq!(map.insert(1, 11), Some(10));
        assert_eq!((map.get(&1), map.get(&2)), (Some(11), None));
        assert!(map.contains(&1) && !map.contains(&2));
        assert_eq!(map.get_or_insert(1, 12), 11);
        assert_eq!(map.get_or_insert(2, 20), 20);
        assert_eq!(map.len(), 2);
        assert_eq!((map.remove(&1), map.remove(&1)), (Some(11), None));
        map.clear();
        assert!(map.is_empty());
    }

    #[test]
    fn exchanges_say_what_is_there() {
        let map = Map::new();
        assert_eq!(map.compare_exchange(1, Some(0), 5), Err(None));
        assert_eq!(map.compare_exchange(1, None, 5), Ok(()));
        assert_eq!(map.compare_exchange(1, None, 6), Err(Some(5)));
        assert_eq!(map.compare_exchange(1, Some(5), 6), Ok(()));
        assert_eq!(map.get(&1), Some(6));
    }

    #[test]
    fn an_update_may_use_the_map_and_panic() {
        let map = Map::new();
        map.insert(1, 1);
        let new = map.update(&1, |value| {
            map.insert(2, 2);
            map.clear();
            map.insert(1, 1);
            value.unwrap_or(0) + 10
        });
        assert_eq!((new, map.get(&1)), (11, Some(11)));
        // A function that changes its own key is asked again with what it made of it.
        let mut asked = 0;
        map.update(&1, |value| {
            asked += 1;
            if asked == 1 {
                map.insert(1, 50);
            }
            value.unwrap_or(0) + 1
        });
        assert_eq!((asked, map.get(&1)), (2, Some(51)));
        let thrown = catch_unwind(AssertUnwindSafe(|| map.update(&1, |_| panic!("no idea"))));
        assert!(thrown.is_err());
        assert_eq!(map.get(&1), Some(51));
        assert_eq!(map.insert(1, 0), Some(51), "nothing is locked or poisoned");
    }

    #[test]
    fn snapshots_have_everything_once() {
        let map = Map::new();
        for n in 0..1_000 {
            map.insert(n, -n);
        }
        let mut keys = map.keys();
        keys.sort_unstable();
        assert!(keys.into_iter().eq(0..1_000));
        let mut entries = map.entries();
        entries.sort_unstable();
        assert!(entries.into_iter().eq((0..1_000).map(|n| (n, -n))));
        let mut sum = 0;
        let calls = map.for_each(|key, value| {
            sum += key + value;
            map.remove(key);
            Ok(map.len() > 990)
        });
        assert_eq!((calls.unwrap(), sum), (10, 0));
    }
}
