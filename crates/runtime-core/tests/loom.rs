//! Models of the handle tables: every interleaving that loom can make of a few threads.
//!
//! Run with `RUSTFLAGS="--cfg loom" cargo test -p runtime-core --test loom --release`; `cargo xtask
//! test` does.
#![cfg(loom)]

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use runtime_core::handle::{InPlace, InPlaceTable, PinnedTable, kinds};

struct Cell(AtomicUsize);

impl InPlace for Cell {
    fn vacant() -> Self {
        Self(AtomicUsize::new(0))
    }
}

fn in_place() -> Arc<InPlaceTable<Cell>> {
    Arc::new(InPlaceTable::new(kinds::ATOMIC_INT))
}

/// An object that counts its drops, and is seen alive by whoever looks at it.
struct Counted {
    drops: Arc<AtomicUsize>,
    alive: AtomicUsize,
}

impl Counted {
    fn new(drops: &Arc<AtomicUsize>) -> Self {
        Self { drops: Arc::clone(drops), alive: AtomicUsize::new(1) }
    }

    fn look(&self) {
        assert_eq!(self.alive.load(Ordering::Relaxed), 1, "used after its end");
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.store(0, Ordering::Relaxed);
        self.drops.fetch_add(1, Ordering::Relaxed);
    }
}

type Pinned = (Arc<PinnedTable<Counted>>, Arc<AtomicUsize>);

fn pinned() -> Pinned {
    (Arc::new(PinnedTable::new(kinds::POOL)), Arc::new(AtomicUsize::new(0)))
}

#[test]
fn in_place_insert_is_seen_whole() {
    loom::model(|| {
        let table = in_place();
        let published = Arc::new(AtomicUsize::new(0));
        let writer = {
            let (table, published) = (Arc::clone(&table), Arc::clone(&published));
            thread::spawn(move || {
                let handle = table.insert(|cell| cell.0.store(7, Ordering::Relaxed)).unwrap();
                // Relaxed on purpose: who finds the handle live must find the object whole, even
                // when the number came by a way that orders nothing.
                published.store(handle as usize, Ordering::Relaxed);
            })
        };
        let handle = published.load(Ordering::Relaxed) as i64;
        if let Ok(cell) = table.get(handle) {
            assert_eq!(cell.0.load(Ordering::Relaxed), 7);
        }
        writer.join().unwrap();
    });
}

#[test]
fn in_place_is_freed_once() {
    loom::model(|| {
        let table = in_place();
        let handle = table.insert(|_| ()).unwrap();
        let other = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.free(handle).is_ok())
        };
        let mine = table.free(handle).is_ok();
        assert!(mine ^ other.join().unwrap());
        assert!(table.get(handle).is_err());
    });
}

#[test]
fn in_place_inserts_get_different_slots() {
    loom::model(|| {
        let table = in_place();
        // Two freed slots, so that both threads meet on the free list.
        for _ in 0..2 {
            let handle = table.insert(|_| ()).unwrap();
            table.free(handle).unwrap();
        }
        let other = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                let handle = table.insert(|cell| cell.0.store(1, Ordering::Relaxed)).unwrap();
                table.free(handle).unwrap();
                handle
            })
        };
        let mine = table.insert(|cell| cell.0.store(2, Ordering::Relaxed)).unwrap();
        assert_eq!(table.get(mine).unwrap().0.load(Ordering::Relaxed), 2);
        assert_ne!(mine, other.join().unwrap());
    });
}

#[test]
fn pinned_get_races_free() {
    loom::model(|| {
        let (table, drops) = pinned();
        let handle = table.insert(Counted::new(&drops)).unwrap();
        let user = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                if let Ok(object) = table.get(handle) {
                    object.look();
                }
            })
        };
        table.free(handle).unwrap();
        assert!(table.get(handle).is_err(), "a free takes effect when it returns");
        user.join().unwrap();
        assert_eq!(drops.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn pinned_is_freed_once() {
    loom::model(|| {
        let (table, drops) = pinned();
        let handle = table.insert(Counted::new(&drops)).unwrap();
        let other = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.free(handle).is_ok())
        };
        let mine = table.free(handle).is_ok();
        assert!(mine ^ other.join().unwrap());
        assert_eq!(drops.load(Ordering::Relaxed), 1);
    });
}

/// A stale handle meets the slot's next tenant, which is freed at the same time.
#[test]
fn pinned_stale_handle_meets_the_next_tenant() {
    loom::model(|| {
        let (table, drops) = pinned();
        let stale = table.insert(Counted::new(&drops)).unwrap();
        table.free(stale).unwrap();
        let user = {
            let table = Arc::clone(&table);
            thread::spawn(move || assert!(table.get(stale).is_err()))
        };
        let fresh = table.insert(Counted::new(&drops)).unwrap();
        table.get(fresh).unwrap().look();
        table.free(fresh).unwrap();
        user.join().unwrap();
        assert_eq!(drops.load(Ordering::Relaxed), 2);
    });
}

/// An object that is in use is not taken; one that is taken is not used.
#[test]
fn pinned_take_races_get() {
    loom::model(|| {
        let (table, drops) = pinned();
        let handle = table.insert(Counted::new(&drops)).unwrap();
        let user = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                if let Ok(object) = table.get(handle) {
                    object.look();
                }
            })
        };
        match table.take(handle).unwrap() {
            Some(object) => object.look(),
            None => table.free(handle).unwrap(),
        }
        user.join().unwrap();
        assert!(table.get(handle).is_err());
        assert_eq!(drops.load(Ordering::Relaxed), 1);
    });
}
