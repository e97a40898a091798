//! What a value reaches: the walk behind deep frees and the end of a scope.

use std::ptr::NonNull;

use runtime_core::Result;

use super::layout::{
    ArrayObject, ClassObject, ClosureObject, DictObject, EnumObject, HandleObject, Header, REMOVED,
    SharedObject, TupleObject, UniqueObject,
};
use super::{foreign, free, live};
use crate::hash::{self, WordSet};
use crate::room::Room;
use crate::types::ObjectType;
use crate::word::RuntimeValue;

/// Every live object that `root` reaches, itself included, each once. Weak references do not reach.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY` when there is no memory to remember them all.
pub(crate) fn objects(root: RuntimeValue) -> Result<Reached> {
    let mut reached = Reached { found: Vec::new(), seen: hash::word_set() };
    let mut outcome = reached.visit(root);
    let mut next = 0;
    while outcome.is_ok()
        && let Some(&value) = reached.found.get(next)
    {
        next += 1;
        children(value, &mut |child| {
            if outcome.is_ok() {
                outcome = reached.visit(child);
            }
        });
    }
    outcome.map(|()| reached)
}

/// The objects that a walk came to.
pub(crate) struct Reached {
    /// In the order in which it came to them.
    pub(crate) found: Vec<RuntimeValue>,
    /// The bits of the same words.
    pub(crate) seen: WordSet<u64>,
}

impl Reached {
    fn visit(&mut self, value: RuntimeValue) -> Result<()> {
        if live(value).is_none() || self.seen.contains(&value.to_bits()) {
            return Ok(());
        }
        self.seen.make_room(1)?;
        self.found.make_room(1)?;
        self.seen.insert(value.to_bits());
        self.found.push(value);
        Ok(())
    }
}

/// Frees what `root` reaches, each object once. Objects in use (held locks) and what cannot be freed
/// stay. Returns how many objects were freed.
///
/// # Errors
/// `RT_ERROR_NOT_A_VALUE` when `root` refers to no live object, `RT_ERROR_OUT_OF_MEMORY`.
///
/// # Safety
/// No borrow of what is freed is in use, and no other thread uses it.
pub(crate) unsafe fn free_deep(root: RuntimeValue) -> Result<usize> {
    if live(root).is_none() {
        return Err(super::not_live(root));
    }
    // SAFETY: the caller's promise is the same.
    Ok(objects(root)?.found.into_iter().filter(|&value| unsafe { free(value) }.is_ok()).count())
}

/// Calls `visit` with each word that the object itself holds.
pub(crate) fn children(value: RuntimeValue, visit: &mut dyn FnMut(RuntimeValue)) {
    let Some((object_type, address)) = live(value) else { return };
    // SAFETY: the object is live and of the type, so the struct of the type is there; the word's
    // rule (see `RuntimeValue`) keeps other threads from changing it meanwhile.
    unsafe {
        match object_type {
            ObjectType::Array => {
                let array = address.cast::<ArrayObject>().as_ref();
                visit_words(array.data, array.len, visit);
            }
            ObjectType::Dict => {
                let dict = address.cast::<DictObject>().as_ref();
                for position in 0..dict.used as usize {
                    let entry = *dict.entries.add(position);
                    if entry.key != REMOVED {
                        visit(entry.key);
                        visit(entry.value);
                    }
                }
            }
            ObjectType::Tuple => {
                visit_tail::<TupleObject>(address, |tuple| tuple.len, visit);
            }
            ObjectType::Object => {
                visit_tail::<ClassObject>(address, |object| object.field_count.into(), visit);
            }
            ObjectType::Closure => {
                visit_tail::<ClosureObject>(address, |closure| closure.capture_count.into(), visit);
            }
            ObjectType::Enum => visit(address.cast::<EnumObject>().as_ref().payload),
            ObjectType::Unique => visit(address.cast::<UniqueObject>().as_ref().value),
            ObjectType::Shared => visit(address.cast::<SharedObject>().as_ref().value),
            ObjectType::Handle => visit(address.cast::<HandleObject>().as_ref().value),
            ObjectType::Weak => {}
            other => foreign::children(other, address, visit),
        }
    }
}

/// Visits the words behind a struct.
///
/// # Safety
/// A `T` is at `address`, followed by as many words as `count` says.
unsafe fn visit_tail<T>(
    address: NonNull<Header>,
    count: impl FnOnce(&T) -> u64,
    visit: &mut dyn FnMut(RuntimeValue),
) {
    // SAFETY: the caller's promise.
    unsafe {
        let object = address.cast::<T>();
        visit_words(object.add(1).cast().as_ptr(), count(object.as_ref()), visit);
    }
}

/// # Safety
/// `count` words are at `words`.
unsafe fn visit_words(words: *mut RuntimeValue, count: u64, visit: &mut dyn FnMut(RuntimeValue)) {
    for position in 0..count as usize {
        // SAFETY: the caller's promise.
        visit(unsafe { *words.add(position) });
    }
}
