//! Collectives that run while their rank does something else.

use std::sync::Arc;

use runtime_core::Result;
use runtime_core::handle::kinds;
use torch_shim::dist as engine;

use super::Group;
use crate::table::Table;

/// The collectives that have handles.
pub static WORKS: Table<Arc<Work>> = Table::new(kinds::WORK);

/// A collective that runs. It goes on when this is dropped.
pub struct Work {
    work: engine::Work,
    group: Arc<Group>,
    /// What it is, for errors.
    what: String,
}

impl Work {
    pub(super) fn new(work: engine::Work, group: Arc<Group>, what: String) -> Self {
        Self { work, group, what }
    }

    /// Waits for at most so many milliseconds; whether it is done then.
    ///
    /// # Errors
    /// Those of [`Group::run`](super::Group::run).
    pub fn wait(&self, milliseconds: u64) -> Result<bool> {
        self.group.outcome(self.work.wait(milliseconds), &|| self.what.clone())
    }

    /// Whether it is done, or has failed.
    pub fn is_completed(&self) -> bool {
        self.work.is_completed()
    }
}
