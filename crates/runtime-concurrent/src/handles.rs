//! The containers of the process, by handle, a table for each kind.
//!
//! What they hold are the bits of value words. They neither check nor own what a word refers to.

use std::sync::LazyLock;

use runtime_core::handle::{PinnedTable, kinds};

use crate::arena::ArenaTable;
use crate::table::SharedTable;
use crate::{BoundedQueue, Key, LocalStore, Map, Pool, Queue, Stack};

/// The arenas.
pub static ARENAS: ArenaTable = ArenaTable::new(kinds::ARENA);
/// The maps with int keys.
pub static MAPS: SharedTable<LazyLock<Map<i64, u64>>> = SharedTable::new(kinds::CONCURRENT_MAP);
/// The maps with value keys.
pub static VALUE_MAPS: SharedTable<LazyLock<Map<Key, u64>>> =
    SharedTable::new(kinds::CONCURRENT_VALUE_MAP);
/// The queues without bounds.
pub static QUEUES: SharedTable<Queue<u64>> = SharedTable::new(kinds::CONCURRENT_QUEUE);
/// The bounded queues. Their users may wait inside for as long as they like, so each of them pins
/// the queue.
pub static BOUNDED_QUEUES: PinnedTable<BoundedQueue<u64>> = PinnedTable::new(kinds::BOUNDED_QUEUE);
/// The stacks.
pub static STACKS: SharedTable<Stack<u64>> = SharedTable::new(kinds::CONCURRENT_STACK);
/// The pools.
pub static POOLS: SharedTable<Pool<u64>> = SharedTable::new(kinds::POOL);
/// The thread-local stores.
pub static STORES: LocalStore = LocalStore::new(kinds::TLS);
