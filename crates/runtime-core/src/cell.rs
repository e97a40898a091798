//! The cell of lock-free code: the standard library's, or loom's when a model checks it.

#[cfg(loom)]
pub use loom::cell::UnsafeCell;

/// The standard cell with loom's interface, so that one source serves both.
///
/// # Example
/// ```
/// use runtime_core::cell::UnsafeCell;
///
/// let cell = UnsafeCell::new(1);
/// // SAFETY: nothing else refers to what is in the cell.
/// cell.with_mut(|place| unsafe { *place += 1 });
/// // SAFETY: as above.
/// assert_eq!(cell.with(|place| unsafe { *place }), 2);
/// ```
#[cfg(not(loom))]
#[derive(Debug)]
#[repr(transparent)]
pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(loom))]
impl<T> UnsafeCell<T> {
    /// A cell with the value in it.
    pub const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// Hands out the address for reading. Following it is up to the caller.
    #[inline(always)]
    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    /// Hands out the address for writing. Following it is up to the caller.
    #[inline(always)]
    pub fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
    }
}
