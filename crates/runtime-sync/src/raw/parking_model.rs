//! The queues as loom sees them: one lock around one list, and a condition variable for each
//! sleeper. The order of the queue, and what runs under its lock, are as in `parking_lot_core`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc as StdArc;
use std::time::Instant;

use loom::sync::{Arc, Condvar, Mutex};

use super::{Pick, Wakeup, Woken};

struct Sleeper {
    place: usize,
    token: usize,
    bed: Arc<Bed>,
}

struct Bed {
    woken: Mutex<Option<Wakeup>>,
    bell: Condvar,
}

/// The queues of one execution of a model. `fair` is fixed for a model, so that each way of waking
/// is checked in all interleavings.
struct Queues {
    sleepers: Mutex<VecDeque<Sleeper>>,
    fair: bool,
}

thread_local! {
    // Loom runs all threads of a model on one thread of the system, each execution with new queues.
    static QUEUES: RefCell<Option<StdArc<Queues>>> = const { RefCell::new(None) };
}

/// Starts an execution of a model with empty queues.
pub fn start(fair: bool) {
    let queues = StdArc::new(Queues { sleepers: Mutex::new(VecDeque::new()), fair });
    QUEUES.with(|place| place.replace(Some(queues)));
}

/// Ends it: loom's objects must not outlive their execution.
pub fn end() {
    QUEUES.with(|place| place.replace(None));
}

fn queues() -> StdArc<Queues> {
    QUEUES.with(|place| place.borrow().clone()).expect("a model begins with `start`")
}

pub(in crate::raw) fn park<T>(
    place: &T,
    token: usize,
    needed: impl FnOnce() -> bool,
    asleep: impl FnOnce(),
    timed_out: impl FnOnce(bool),
    deadline: Option<Instant>,
) -> Wakeup {
    let place = std::ptr::from_ref(place).addr();
    let queues = queues();
    let bed = Arc::new(Bed { woken: Mutex::new(None), bell: Condvar::new() });
    {
        let mut sleepers = queues.sleepers.lock().unwrap();
        if !needed() {
            return Wakeup::Unneeded;
        }
        sleepers.push_back(Sleeper { place, token, bed: Arc::clone(&bed) });
    }
    asleep();
    if deadline.is_some() {
        // A model has no clock: a deadline is over at once, unless a waker was quicker.
        loom::thread::yield_now();
        let mut sleepers = queues.sleepers.lock().unwrap();
        if let Some(position) = sleepers.iter().position(|one| Arc::ptr_eq(&one.bed, &bed)) {
            sleepers.remove(position);
            timed_out(!sleepers.iter().any(|one| one.place == place));
            return Wakeup::TimedOut;
        }
    }
    let mut woken = bed.woken.lock().unwrap();
    loop {
        match *woken {
            Some(wakeup) => return wakeup,
            None => woken = bed.bell.wait(woken).unwrap(),
        }
    }
}

pub(in crate::raw) fn unpark<T>(
    place: &T,
    mut pick: impl FnMut(usize) -> Pick,
    settle: impl FnOnce(Woken) -> bool,
) {
    let place = std::ptr::from_ref(place).addr();
    let queues = queues();
    let mut sleepers = queues.sleepers.lock().unwrap();
    let mut waking = Vec::new();
    let mut position = 0;
    while position < sleepers.len() {
        if sleepers[position].place != place {
            position += 1;
        } else if pick(sleepers[position].token) == Pick::Wake {
            waking.extend(sleepers.remove(position));
        } else {
            break;
        }
    }
    let more = sleepers.iter().any(|one| one.place == place);
    let fair = queues.fair && !waking.is_empty();
    let handed = settle(Woken { count: waking.len() as u64, more, fair });
    drop(sleepers);
    for sleeper in waking {
        let wakeup = if handed { Wakeup::Handed } else { Wakeup::Woken };
        *sleeper.bed.woken.lock().unwrap() = Some(wakeup);
        sleeper.bed.bell.notify_one();
    }
}

/// Busy waiting teaches a model nothing.
pub(in crate::raw) struct Spin;

impl Spin {
    pub(in crate::raw) fn new() -> Self {
        Self
    }

    pub(in crate::raw) fn again(&mut self) -> bool {
        false
    }

    pub(in crate::raw) fn reset(&mut self) {}
}
