//! Boxes around one value: unique, shared with its weak references, and handles.

use std::sync::atomic::{AtomicU64, Ordering};

use runtime_core::{Error, Result};

use crate::heap::{self, layout};
use crate::view::{Handle, Shared, Unique, View, Weak};
use crate::word::RuntimeValue;

/// A number that no other box of this process has.
fn next_serial() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

macro_rules! holds_a_value {
    ($view:ident) => {
        impl $view {
            /// The value in the box.
            pub fn get(&self) -> RuntimeValue {
                self.object().value
            }

            /// Whether the value refers to a heap object.
            pub fn needs_trace(&self) -> bool {
                heap::live(self.get()).is_some()
            }
        }
    };
}

macro_rules! can_be_set {
    ($view:ident) => {
        impl $view {
            /// Puts another value into the box.
            pub fn set(&self, value: RuntimeValue) {
                // SAFETY: the object is live, and no reference to the field is held.
                unsafe { (&raw mut (*self.0.as_ptr()).value).write(value) };
            }
        }
    };
}

holds_a_value!(Unique);
can_be_set!(Unique);
holds_a_value!(Shared);
can_be_set!(Shared);
holds_a_value!(Handle);
can_be_set!(Handle);

impl Unique {
    /// A box around `value`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(value: RuntimeValue) -> Result<Self> {
        heap::make::<layout::UniqueObject>(size_of::<layout::UniqueObject>(), |object| {
            // SAFETY: the block is as large as the struct.
            unsafe { (&raw mut (*object.as_ptr()).value).write(value) };
        })
        .map(Self)
    }
}

impl Handle {
    /// A handle to `value`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(value: RuntimeValue) -> Result<Self> {
        heap::make::<layout::HandleObject>(size_of::<layout::HandleObject>(), |object| {
            // SAFETY: the block is as large as the struct.
            unsafe {
                (&raw mut (*object.as_ptr()).serial).write(next_serial());
                (&raw mut (*object.as_ptr()).value).write(value);
            }
        })
        .map(Self)
    }
}

impl Shared {
    /// A box around `value` with one owner.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(value: RuntimeValue) -> Result<Self> {
        heap::make::<layout::SharedObject>(size_of::<layout::SharedObject>(), |object| {
            // SAFETY: the block is as large as the struct.
            unsafe {
                (&raw mut (*object.as_ptr()).value).write(value);
                (&raw mut (*object.as_ptr()).ref_count).write(1);
                (&raw mut (*object.as_ptr()).serial).write(next_serial());
            }
        })
        .map(Self)
    }

    /// How many owners there are.
    pub fn ref_count(&self) -> u64 {
        self.object().ref_count
    }

    fn set_ref_count(&self, count: u64) {
        // SAFETY: the object is live, and no reference to the field is held.
        unsafe { (&raw mut (*self.0.as_ptr()).ref_count).write(count) };
    }

    /// One owner more.
    pub fn retain(&self) {
        self.set_ref_count(self.ref_count().saturating_add(1));
    }

    /// One owner less. When that was the last one, frees the box, but not the value in it, and
    /// returns true.
    ///
    /// # Errors
    /// As [`RuntimeValue::free`].
    ///
    /// # Safety
    /// As [`RuntimeValue::free`], when this is the last owner.
    pub unsafe fn release(&self) -> Result<bool> {
        if self.ref_count() > 1 {
            self.set_ref_count(self.ref_count() - 1);
            return Ok(false);
        }
        // SAFETY: the caller's promise is the same.
        unsafe { heap::free(self.value()) }.map(|()| true)
    }

    /// A reference that does not keep the box.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn downgrade(&self) -> Result<Weak> {
        Weak::new(self.value(), self.0.as_ptr().addr() as u64)
    }
}

impl Weak {
    /// A weak reference to the shared box `shared`, which lies at `address`.
    ///
    /// # Errors
    /// What [`View::of`] says of the box, `RT_ERROR_INVALID_ARGUMENT` for an address that is not the
    /// box's, `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(shared: RuntimeValue, address: u64) -> Result<Self> {
        let target = Shared::of("shared_value", shared)?;
        if target.0.as_ptr().addr() as u64 != address {
            return Err(Error::written(
                runtime_core::error::codes::RT_ERROR_INVALID_ARGUMENT,
                format_args!(
                    "shared_addr {address:#x} is not the address of shared_value {:#x}",
                    shared.to_bits()
                ),
            ));
        }
        heap::make::<layout::WeakObject>(size_of::<layout::WeakObject>(), |object| {
            // SAFETY: the block is as large as the struct.
            unsafe {
                (&raw mut (*object.as_ptr()).address).write(address);
                (&raw mut (*object.as_ptr()).shared).write(shared);
                (&raw mut (*object.as_ptr()).serial).write(target.object().serial);
            }
        })
        .map(Self)
    }

    /// The shared box, if it still lives.
    pub fn target(&self) -> Option<Shared> {
        // The serial tells the box from a later one at the same address.
        Shared::find(self.object().shared)
            .filter(|shared| shared.object().serial == self.object().serial)
    }

    /// The shared box with one owner more, if it still lives.
    pub fn upgrade(&self) -> Option<Shared> {
        self.target().inspect(Shared::retain)
    }
}
