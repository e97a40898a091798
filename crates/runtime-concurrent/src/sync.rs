//! The atomics and the epochs of this crate: real ones, or loom's when a model checks them.

#[cfg(not(loom))]
pub(crate) use crossbeam::epoch;
#[cfg(not(loom))]
pub(crate) use crossbeam::utils::Backoff;
pub(crate) use crossbeam::utils::CachePadded;
#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};

#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};
pub(crate) use runtime_core::cell::UnsafeCell;

/// What stands in for crossbeam's waiting in a loom model: another thread is to go on.
#[cfg(loom)]
pub(crate) struct Backoff;

#[cfg(loom)]
impl Backoff {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn spin(&self) {
        loom::thread::yield_now();
    }

    pub(crate) fn snooze(&self) {
        loom::thread::yield_now();
    }
}

/// What stands in for crossbeam's epochs in a loom model. Nothing is destroyed before the model
/// ends, so a model checks the algorithm; when memory is given back is crossbeam's part, which has
/// models of its own.
#[cfg(loom)]
pub(crate) mod epoch {
    use std::marker::PhantomData;
    use std::ops::{Deref, DerefMut};

    use loom::sync::atomic::{AtomicPtr, Ordering};

    pub(crate) struct Guard(());

    pub(crate) fn pin() -> Guard {
        Guard(())
    }

    pub(crate) unsafe fn unprotected() -> &'static Guard {
        &Guard(())
    }

    impl Guard {
        pub(crate) unsafe fn defer_destroy<T>(&self, _: Shared<'_, T>) {}
    }

    pub(crate) struct Owned<T>(Box<T>);

    impl<T> Owned<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(Box::new(value))
        }
    }

    impl<T> Deref for Owned<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }

    impl<T> DerefMut for Owned<T> {
        fn deref_mut(&mut self) -> &mut T {
            &mut self.0
        }
    }

    pub(crate) struct Shared<'g, T>(*mut T, PhantomData<&'g T>);

    impl<T> Clone for Shared<'_, T> {
        fn clone(&self) -> Self {
            *self
        }
    }

    impl<T> Copy for Shared<'_, T> {}

    impl<'g, T> Shared<'g, T> {
        pub(crate) unsafe fn as_ref(&self) -> Option<&'g T> {
            // SAFETY: the caller's promise.
            unsafe { self.0.as_ref() }
        }

        pub(crate) unsafe fn into_owned(self) -> Owned<T> {
            // SAFETY: the caller's promise; the pointer came out of an `Owned`.
            Owned(unsafe { Box::from_raw(self.0) })
        }

        pub(crate) fn is_null(&self) -> bool {
            self.0.is_null()
        }
    }

    pub(crate) trait Pointer<T> {
        fn into_raw(self) -> *mut T;
        unsafe fn from_raw(pointer: *mut T) -> Self;
    }

    impl<T> Pointer<T> for Owned<T> {
        fn into_raw(self) -> *mut T {
            Box::into_raw(self.0)
        }

        unsafe fn from_raw(pointer: *mut T) -> Self {
            // SAFETY: the caller's promise.
            Self(unsafe { Box::from_raw(pointer) })
        }
    }

    impl<T> Pointer<T> for Shared<'_, T> {
        fn into_raw(self) -> *mut T {
            self.0
        }

        unsafe fn from_raw(pointer: *mut T) -> Self {
            Self(pointer, PhantomData)
        }
    }

    /// A failed exchange: what should have been stored comes back.
    pub(crate) struct Refused<P> {
        pub(crate) new: P,
    }

    pub(crate) struct Atomic<T>(AtomicPtr<T>);

    impl<T> Atomic<T> {
        pub(crate) fn null() -> Self {
            Self(AtomicPtr::new(std::ptr::null_mut()))
        }

        pub(crate) fn load<'g>(&self, order: Ordering, _: &'g Guard) -> Shared<'g, T> {
            Shared(self.0.load(order), PhantomData)
        }

        pub(crate) fn store(&self, new: impl Pointer<T>, order: Ordering) {
            self.0.store(new.into_raw(), order);
        }

        pub(crate) fn compare_exchange<'g, P: Pointer<T>>(
            &self,
            current: Shared<'_, T>,
            new: P,
            success: Ordering,
            failure: Ordering,
            _: &'g Guard,
        ) -> Result<Shared<'g, T>, Refused<P>> {
            let new = new.into_raw();
            match self.0.compare_exchange(current.0, new, success, failure) {
                Ok(_) => Ok(Shared(new, PhantomData)),
                // SAFETY: the pointer came out of `new` and was not stored.
                Err(_) => Err(Refused { new: unsafe { P::from_raw(new) } }),
            }
        }
    }
}
