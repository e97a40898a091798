//! Models of the locks, semaphores and condition variables: every interleaving that loom can make of
//! a few threads, with waking that lets the woken compete and with waking that hands over.
//!
//! Run with `RUSTFLAGS="--cfg loom" cargo test -p runtime-sync --test loom --release`; `cargo xtask
//! test` does.
#![cfg(loom)]

use std::time::Instant;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use runtime_sync::raw::condvar::{RawCondvar, Waited};
use runtime_sync::raw::lock::{Epoch, RawLock, Wish};
use runtime_sync::raw::semaphore::{RawSemaphore, Released};
use runtime_sync::raw::{self, Acquired, InUse, Patience};

/// Checks the model twice: without and with handing over.
fn model(run: impl Fn() + Sync + Send + Copy + 'static) {
    for fair in [false, true] {
        let mut builder = loom::model::Builder::new();
        // Three preemptions reach every order of steps that two threads with few steps can have.
        builder.preemption_bound = Some(3);
        builder.check(move || {
            raw::start(fair);
            run();
            raw::end();
        });
    }
}

/// A lock around a plain cell, which loom watches: two at once, one of them writing, is a failure.
struct Guarded {
    lock: RawLock,
    cell: UnsafeCell<u32>,
}

// SAFETY: the lock orders the uses of the cell; whether it does is what the models check.
unsafe impl Sync for Guarded {}
// SAFETY: as above.
unsafe impl Send for Guarded {}

const FIRST: u64 = 1;

fn epoch() -> Epoch {
    Epoch::of_tenancy(FIRST)
}

/// A moment that is over when it is asked for.
fn soon() -> Patience {
    Patience::Until(Instant::now())
}

impl Guarded {
    fn new() -> Arc<Self> {
        let guarded = Self { lock: RawLock::vacant(), cell: UnsafeCell::new(0) };
        guarded.lock.begin();
        Arc::new(guarded)
    }

    fn acquire(&self, me: u64, wish: Wish, patience: Patience) -> Acquired {
        self.lock.acquire(epoch(), me, wish, patience)
    }

    fn release(&self, me: u64) {
        self.lock.release(self.lock.ownership(epoch(), me).unwrap());
    }

    fn add(&self) {
        // SAFETY: the caller holds the lock alone.
        self.cell.with_mut(|cell| unsafe { *cell += 1 });
    }

    fn read(&self) -> u32 {
        // SAFETY: the caller holds the lock.
        self.cell.with(|cell| unsafe { *cell })
    }

    fn add_alone(&self, me: u64) {
        assert_eq!(self.acquire(me, Wish::Exclusive, Patience::Unlimited), Acquired::Taken);
        self.add();
        self.release(me);
    }
}

#[test]
fn one_holds_the_lock_at_a_time() {
    model(|| {
        let guarded = Guarded::new();
        let others: Vec<_> = [1, 2]
            .map(|me| {
                let guarded = Arc::clone(&guarded);
                thread::spawn(move || guarded.add_alone(me))
            })
            .into();
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(guarded.read(), 2);
        assert_eq!(guarded.lock.retire(epoch()), Ok(()));
    });
}

#[test]
fn three_take_turns() {
    model(|| {
        let guarded = Guarded::new();
        let others: Vec<_> = [1, 2]
            .map(|me| {
                let guarded = Arc::clone(&guarded);
                thread::spawn(move || guarded.add_alone(me))
            })
            .into();
        guarded.add_alone(3);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(guarded.read(), 3);
    });
}

#[test]
fn readers_share_and_a_writer_does_not() {
    model(|| {
        let guarded = Guarded::new();
        let writer = {
            let guarded = Arc::clone(&guarded);
            thread::spawn(move || guarded.add_alone(1))
        };
        let reader = {
            let guarded = Arc::clone(&guarded);
            thread::spawn(move || {
                guarded.acquire(2, Wish::Shared, Patience::Unlimited);
                let seen = guarded.read();
                guarded.lock.release_shared();
                seen
            })
        };
        assert_eq!(guarded.acquire(3, Wish::Shared, Patience::Unlimited), Acquired::Taken);
        assert!(guarded.read() <= 1);
        guarded.lock.release_shared();
        writer.join().unwrap();
        assert!(reader.join().unwrap() <= 1);
        assert_eq!(guarded.lock.retire(epoch()), Ok(()));
    });
}

#[test]
fn who_gives_up_leaves_nothing_behind() {
    model(|| {
        let guarded = Guarded::new();
        let other = {
            let guarded = Arc::clone(&guarded);
            thread::spawn(move || {
                if guarded.acquire(1, Wish::Exclusive, soon()) == Acquired::Taken {
                    guarded.add();
                    guarded.release(1);
                }
            })
        };
        guarded.add_alone(2);
        other.join().unwrap();
        guarded.add_alone(2);
        assert_eq!(guarded.lock.retire(epoch()), Ok(()));
    });
}

/// A reader that waited only behind a writer goes on when that one gives up, although the lock is
/// never released.
#[test]
fn a_writer_that_gives_up_lets_readers_pass() {
    model(|| {
        let guarded = Guarded::new();
        guarded.acquire(1, Wish::Shared, Patience::Unlimited);
        let writer = {
            let guarded = Arc::clone(&guarded);
            thread::spawn(move || guarded.acquire(2, Wish::Exclusive, soon()))
        };
        assert_eq!(guarded.acquire(3, Wish::Shared, Patience::Unlimited), Acquired::Taken);
        assert_eq!(writer.join().unwrap(), Acquired::Busy);
        guarded.lock.release_shared();
        guarded.lock.release_shared();
        assert_eq!(guarded.lock.retire(epoch()), Ok(()));
    });
}

#[test]
fn a_lock_is_retired_or_taken_and_never_both() {
    model(|| {
        let guarded = Guarded::new();
        let other = {
            let guarded = Arc::clone(&guarded);
            thread::spawn(move || {
                let outcome = guarded.acquire(1, Wish::Exclusive, Patience::Unlimited);
                if outcome == Acquired::Taken {
                    assert_eq!(guarded.lock.retire(epoch()), Err(InUse::Held));
                    guarded.release(1);
                }
                outcome
            })
        };
        let retired = guarded.lock.retire(epoch());
        if retired.is_ok() {
            // The place gets its next lock, which a thread that meant the old one never gets.
            guarded.lock.begin();
        }
        match other.join().unwrap() {
            Acquired::Gone => assert_eq!(retired, Ok(())),
            outcome => assert_eq!(outcome, Acquired::Taken),
        }
        if retired.is_ok() {
            let next = Epoch::of_tenancy(FIRST + 1);
            let outcome = guarded.lock.acquire(next, 2, Wish::Exclusive, Patience::None);
            assert_eq!(outcome, Acquired::Taken);
        }
    });
}

#[test]
fn a_lock_is_retired_once() {
    model(|| {
        let guarded = Guarded::new();
        let other = {
            let guarded = Arc::clone(&guarded);
            thread::spawn(move || guarded.lock.retire(epoch()).is_ok())
        };
        let mine = guarded.lock.retire(epoch()).is_ok();
        assert!(mine ^ other.join().unwrap());
    });
}

#[test]
fn permits_are_conserved() {
    model(|| {
        let semaphore = Arc::new(RawSemaphore::new(1));
        let others: Vec<_> = (0..2)
            .map(|_| {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || {
                    assert_eq!(semaphore.acquire(Patience::Unlimited), Acquired::Taken);
                    assert_eq!(semaphore.count(), 0);
                    assert_eq!(semaphore.release(), Released::Done);
                })
            })
            .collect();
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(semaphore.count(), 1);
        assert_eq!(semaphore.retire(), Ok(()));
    });
}

#[test]
fn a_permit_that_comes_late_is_not_lost() {
    model(|| {
        let semaphore = Arc::new(RawSemaphore::new(0));
        let impatient = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || semaphore.acquire(soon()))
        };
        let patient = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || semaphore.acquire(Patience::Unlimited))
        };
        assert_eq!(semaphore.release(), Released::Done);
        if impatient.join().unwrap() == Acquired::Taken {
            assert_eq!(semaphore.release(), Released::Done);
        }
        assert_eq!(patient.join().unwrap(), Acquired::Taken);
        assert_eq!(semaphore.count(), 0);
        assert_eq!(semaphore.retire(), Ok(()));
    });
}

#[test]
fn a_notification_under_the_lock_is_not_missed() {
    model(|| {
        let guarded = Guarded::new();
        let condvar = Arc::new(RawCondvar::new());
        let waiter = {
            let (guarded, condvar) = (Arc::clone(&guarded), Arc::clone(&condvar));
            thread::spawn(move || {
                guarded.acquire(1, Wish::Exclusive, Patience::Unlimited);
                while guarded.read() == 0 {
                    let waited = condvar.wait(&guarded.lock, epoch(), 1, Patience::Unlimited);
                    assert_eq!(waited, Waited::Notified);
                }
                guarded.release(1);
            })
        };
        guarded.add_alone(2);
        condvar.notify_one();
        waiter.join().unwrap();
        assert_eq!(condvar.retire(), Ok(()));
        assert_eq!(guarded.lock.retire(epoch()), Ok(()));
    });
}

#[test]
fn what_is_waited_on_is_not_retired() {
    model(|| {
        let guarded = Guarded::new();
        let condvar = Arc::new(RawCondvar::new());
        let waiter = {
            let (guarded, condvar) = (Arc::clone(&guarded), Arc::clone(&condvar));
            thread::spawn(move || {
                guarded.acquire(1, Wish::Exclusive, Patience::Unlimited);
                let waited = condvar.wait(&guarded.lock, epoch(), 1, soon());
                // Whatever happened meanwhile, the lock is there and held.
                guarded.add();
                guarded.release(1);
                waited
            })
        };
        let retired = condvar.retire();
        match waiter.join().unwrap() {
            Waited::Gone => assert_eq!(retired, Ok(())),
            waited => assert_eq!(waited, Waited::TimedOut),
        }
        assert_eq!(guarded.lock.retire(epoch()), Ok(()));
    });
}
