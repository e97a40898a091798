//! The trace of a path in one thread.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::registry::limits;

#[derive(Default)]
pub(crate) struct Trace {
    /// Has room for `limits::TRACE` at most.
    pub(crate) blocks: Vec<u32>,
    /// Whether there were more blocks than are kept. What is kept then does not matter.
    pub(crate) cut: bool,
    /// The slots of the sequences that were finished before.
    pub(crate) finished: HashMap<Arc<[u32]>, usize, FixedState>,
}

impl Trace {
    /// Adds a block. Growth is apart, and comes last, so that the usual way needs no frame.
    #[inline(always)]
    pub(crate) fn push(&mut self, block: u32) {
        let length = self.blocks.len();
        if length == self.blocks.capacity() {
            return self.grow_and_push(block);
        }
        // SAFETY: there is room for one more.
        unsafe {
            self.blocks.as_mut_ptr().add(length).write(block);
            self.blocks.set_len(length + 1);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow_and_push(&mut self, block: u32) {
        let length = self.blocks.len();
        if length < limits::TRACE {
            self.blocks.reserve_exact(length.max(8).min(limits::TRACE - length));
        } else {
            // The blocks to come take the usual way again.
            self.cut = true;
            self.blocks.clear();
        }
        self.blocks.push(block);
    }
}
