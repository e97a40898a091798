//! The memory of dead objects that other threads may still be looking at: it stays memory of its
//! type, and waits here for the next object.

use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::types::{ObjectType, TYPES};

/// How many shells of a type wait before one is used again, so that a word of a freed object is told
/// from a new object's for a while.
const RESTING: usize = 64;

/// The address of an object that died.
struct Shell(NonNull<u8>);

// SAFETY: the memory belongs to whoever takes the shell.
unsafe impl Send for Shell {}

static SHELLS: [Mutex<VecDeque<Shell>>; TYPES] = [const { Mutex::new(VecDeque::new()) }; TYPES];

fn of(object_type: ObjectType) -> MutexGuard<'static, VecDeque<Shell>> {
    // Nothing panics between the two states of a queue.
    SHELLS[object_type as usize].lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the memory of a dead object. Without memory to note it, it is lost to later objects.
pub(super) fn keep(object_type: ObjectType, address: NonNull<u8>) {
    let mut shells = of(object_type);
    if shells.try_reserve(1).is_ok() {
        shells.push_back(Shell(address));
    }
}

/// The memory of the object of this type that died longest ago, when enough others died since.
pub(super) fn take(object_type: ObjectType) -> Option<NonNull<u8>> {
    let mut shells = of(object_type);
    if shells.len() <= RESTING {
        return None;
    }
    shells.pop_front().map(|shell| shell.0)
}
