//! Scopes: what a thread makes between begin and end is freed at the end, but for what is kept.
//!
//! While a scope is open every new object is put on its list and marked as listed. The memory of a
//! listed object belongs to the list: a free before the scope's end (by any thread) ends the
//! object's life at once, but the address stays taken until the end, so that the list never
//! mistakes a later object for one of its own.

use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use runtime_core::{Error, Result};

use super::block::Block;
use super::layout::Header;
use super::local::{self, Local};
use super::{SCOPED, TYPE, foreign, page_map, reach, shells};
use crate::codes;
use crate::room::Room;
use crate::types::ObjectType;
use crate::word::RuntimeValue;

/// Opens a scope on this thread. Returns how many are open now: 0 on a thread that is being torn
/// down.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`; no scope is opened then.
pub fn begin() -> Result<usize> {
    // SAFETY: not kept beyond this call.
    let Some(local) = (unsafe { local::current() }) else {
        return if local::is_torn_down() {
            Ok(0)
        } else {
            Err(Error::out_of_memory(size_of::<Local>()))
        };
    };
    let depth = local.scopes.borrow_mut().begin()?;
    local.scope_depth.set(depth);
    Ok(depth)
}

/// Closes the newest scope of this thread and frees what this thread made since it was opened,
/// except what `keep` reaches and what is in use (a held lock): that passes to the scope around it,
/// or, when there is none, lives on. Returns how many objects were freed.
///
/// # Errors
/// `RT_ERROR_NO_SCOPE` when no scope is open on this thread; `RT_ERROR_OUT_OF_MEMORY` when there is
/// no memory to remember what is kept, and the scope is still open.
///
/// # Safety
/// No borrow of what is freed is in use, and no other thread uses it.
pub unsafe fn end(keep: RuntimeValue) -> Result<usize> {
    // SAFETY: not kept beyond this call.
    let local = unsafe { local::current() }.ok_or_else(no_scope)?;
    if local.scope_depth.get() == 0 {
        return Err(no_scope());
    }
    let kept = reach::objects(keep)?.seen;
    let listed = local.scopes.borrow_mut().end().ok_or_else(no_scope)?;
    local.scope_depth.set(local.scopes.borrow().depth());
    let mut freed = 0;
    for object in listed {
        // SAFETY: the caller's promise is the same.
        let gone = !kept.contains(&object.value().to_bits()) && unsafe { object.free() };
        freed += usize::from(gone);
        object.leave(local);
    }
    Ok(freed)
}

/// How many scopes are open on this thread.
pub fn depth() -> usize {
    // SAFETY: not kept beyond this call.
    unsafe { local::current() }.map_or(0, |local| local.scope_depth.get())
}

#[cold]
fn no_scope() -> Error {
    Error::new(codes::RT_ERROR_NO_SCOPE, "no scope is open on this thread")
}

/// The scopes of one thread: what was made in each, the newest last.
pub(super) struct Scopes(Vec<Vec<Listed>>);

/// An object on a list.
struct Listed {
    address: NonNull<u8>,
    block: NonNull<u8>,
    size: usize,
}

impl Scopes {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    fn depth(&self) -> usize {
        self.0.len()
    }

    fn begin(&mut self) -> Result<usize> {
        self.0.make_room(1)?;
        self.0.push(Vec::new());
        Ok(self.depth())
    }

    fn end(&mut self) -> Option<Vec<Listed>> {
        self.0.pop()
    }

    /// Lists the object at `address` inside of `block`, in the newest scope.
    pub(super) fn add(&mut self, address: NonNull<u8>, block: &Block) -> Result<()> {
        self.list(Listed { address, block: block.address(), size: block.size() })
            .map_err(|_| Error::out_of_memory(size_of::<Listed>()))
    }

    /// Lists the object in the newest scope. Gives it back when there is none, or no memory.
    fn list(&mut self, object: Listed) -> std::result::Result<(), Listed> {
        let Some(newest) = self.0.last_mut() else { return Err(object) };
        if newest.make_room(1).is_err() {
            return Err(object);
        }
        newest.push(object);
        Ok(())
    }

    /// Ends all scopes of a thread that ends: what lives, lives on.
    pub(super) fn abandon(&mut self) {
        for object in self.0.drain(..).flatten() {
            drop(object.unlist());
        }
    }
}

impl Listed {
    /// The word that refers to the object.
    fn value(&self) -> RuntimeValue {
        RuntimeValue::from_address(self.address.as_ptr().addr())
    }

    /// Frees the object, if it is live and not in use. Its memory stays.
    ///
    /// # Safety
    /// As [`super::free`].
    unsafe fn free(&self) -> bool {
        let address = self.address.as_ptr().addr();
        let (Some(cell), mark) = (page_map::cell(address), page_map::mark(address)) else {
            return false;
        };
        match ObjectType::from_number(mark & TYPE) {
            // SAFETY: the mark was read from the object's cell; the rest is the caller's.
            Some(object_type) => unsafe {
                super::free_marked(cell, mark, object_type, self.address).is_ok()
            },
            None => false,
        }
    }

    /// Passes the object to the scope around. Where there is none, or no memory to list it, it lives
    /// on. A dead one's memory rests.
    fn leave(self, local: &Local) {
        let dead = page_map::mark(self.address.as_ptr().addr()) & TYPE == 0;
        let unlisted = if dead { Err(self) } else { local.scopes.borrow_mut().list(self) };
        if let Err(object) = unlisted
            && let Some(block) = object.unlist()
        {
            local.rest(block);
        }
    }

    /// Takes the object off the list. Returns the memory, if the object is dead and its memory may
    /// become another's.
    fn unlist(self) -> Option<Block> {
        let cell = page_map::cell(self.address.as_ptr().addr())?;
        // The object may be freed by another thread at this moment: the one that changes the mark
        // last knows about the other.
        let before = cell.fetch_and(!SCOPED, Ordering::AcqRel);
        if before & TYPE != 0 {
            return None;
        }
        // SAFETY: the object is dead and its memory is the list's; it still says what it was. A raw
        // block's does not, and does not begin with the object.
        let object_type = unsafe { self.address.cast::<Header>().as_ref() }.object_type;
        match ObjectType::from_number(object_type) {
            Some(kept) if self.address == self.block && foreign::keeps_memory(kept) => {
                shells::keep(kept, self.address);
                None
            }
            _ => Some(Block::from_parts(self.block, self.size)),
        }
    }
}
