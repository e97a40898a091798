//! A place for a handler that may be replaced while it runs.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

/// Holds a handler or none. Reading takes no lock. A handler that is replaced is dropped when the last
/// call that runs it has left, by whoever is last.
pub(crate) struct Slot<F: ?Sized>(ArcSwapOption<Box<F>>);

impl<F: ?Sized> Slot<F> {
    pub(crate) const fn new() -> Self {
        Self(ArcSwapOption::const_empty())
    }

    pub(crate) fn set(&self, handler: Box<F>) {
        self.0.store(Some(Arc::new(handler)));
    }

    pub(crate) fn clear(&self) {
        self.0.store(None);
    }

    /// What `run` makes of the handler; `None` without one.
    #[inline]
    pub(crate) fn with<R>(&self, run: impl FnOnce(&F) -> R) -> Option<R> {
        self.0.load().as_deref().map(|handler| run(handler))
    }
}
