//! What the five heap objects of this area have in common: a value word whose object holds a handle
//! to the real state and an id.
//!
//! The state lives in a handle table and not in the object, so that a thread that uses a lock while
//! another one frees it is refused, and touches nothing that is not a lock. The object's memory stays
//! memory of the kind too, so such a thread reads a handle from it and nothing else.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, Ordering};

use runtime_core::error::codes;
use runtime_core::{Error, Result};
use runtime_value::heap::foreign::{self, Foreign, Lasting};
use runtime_value::{ObjectType, RuntimeValue};

use crate::raw::InUse;

/// A kind of object. Each implementation has a type of its own.
pub(crate) trait Kind: 'static {
    /// The type in the object's header.
    const TYPE: ObjectType;

    /// Ends the life of the state behind the handle.
    ///
    /// # Errors
    /// `RT_ERROR_BUSY` while it is in use, and the errors of a handle that is not live.
    fn retire(handle: i64) -> Result<()>;

    /// Calls `visit` with the bits of the value that the object holds.
    fn value(handle: i64) -> Option<u64> {
        let _ = handle;
        None
    }
}

/// The object's content, from offset 8 on. A thread that found the object before another one freed
/// it may read it at any time later.
#[repr(C)]
struct Content<K> {
    handle: AtomicI64,
    id: AtomicI64,
    kind: PhantomData<K>,
}

// SAFETY: each kind has a type number of its own, of those that are kept for this crate, and two
// numbers are aligned to 8.
unsafe impl<K: Kind> Foreign for Content<K> {
    const TYPE: ObjectType = K::TYPE;

    fn release(&self) -> Result<()> {
        K::retire(self.handle())
    }

    fn children(&self, visit: &mut dyn FnMut(RuntimeValue)) {
        if let Some(bits) = K::value(self.handle()) {
            // SAFETY: whoever walks the heap promises that nobody else uses what it reaches.
            visit(unsafe { RuntimeValue::from_bits(bits) });
        }
    }
}

impl<K: Kind> Content<K> {
    /// Relaxed: the mark of the object orders what a thread sees that found it alive, and the table
    /// refuses or accepts whatever handle a late one reads.
    #[inline(always)]
    fn handle(&self) -> i64 {
        self.handle.load(Ordering::Relaxed)
    }
}

impl<K: Kind> Lasting for Content<K> {
    fn renew(&self, content: Self) {
        self.handle.store(content.handle.into_inner(), Ordering::Relaxed);
        self.id.store(content.id.into_inner(), Ordering::Relaxed);
    }
}

static IDS: AtomicI64 = AtomicI64::new(1);

/// A value word for the state behind `handle`.
pub(crate) fn make<K: Kind>(handle: i64) -> Result<RuntimeValue> {
    let id = AtomicI64::new(IDS.fetch_add(1, Ordering::Relaxed));
    let content = Content::<K> { handle: AtomicI64::new(handle), id, kind: PhantomData };
    let made = foreign::make_lasting(content);
    if made.is_err() {
        K::retire(handle)?;
    }
    made
}

/// The handle in the object that the argument `name` refers to.
#[inline(always)]
pub(crate) fn handle<K: Kind>(name: &str, value: RuntimeValue) -> Result<i64> {
    Ok(foreign::get::<Content<K>>(name, &value)?.handle())
}

/// The id in the object.
pub(crate) fn id<K: Kind>(name: &str, value: RuntimeValue) -> Result<i64> {
    Ok(foreign::get::<Content<K>>(name, &value)?.id.load(Ordering::Relaxed))
}

/// The error for an object that cannot be freed.
#[cold]
pub(crate) fn in_use(kind: &str, use_: InUse) -> Error {
    match use_ {
        InUse::Held => Error::new(codes::RT_ERROR_BUSY, format!("the {kind} is held by a thread")),
        InUse::WaitedFor => {
            Error::new(codes::RT_ERROR_BUSY, format!("a thread waits for the {kind}"))
        }
        InUse::Gone => gone(kind),
    }
}

/// The error for an object that another thread freed during the call.
#[cold]
pub(crate) fn gone(kind: &str) -> Error {
    Error::new(codes::RT_ERROR_STALE_HANDLE, format!("the {kind} was freed during the call"))
}

/// Defines the `Copy` view of a kind of object: the word and the handle in it.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident of $kind:ty, $argument:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            handle: i64,
            bits: u64,
        }

        impl $name {
            /// The object that `value` refers to; `name` is the argument's, for the error.
            ///
            /// # Errors
            /// `RT_ERROR_NOT_A_VALUE` for a forged or freed word, `RT_ERROR_WRONG_TYPE` for another
            /// type.
            #[inline(always)]
            pub fn of(name: &str, value: ::runtime_value::RuntimeValue) -> ::runtime_core::Result<Self> {
                Ok(Self {
                    handle: $crate::object::handle::<$kind>(name, value)?,
                    bits: value.to_bits(),
                })
            }

            /// Wraps the state behind `handle` into an object.
            fn of_handle(handle: i64) -> ::runtime_core::Result<Self> {
                let bits = $crate::object::make::<$kind>(handle)?.to_bits();
                Ok(Self { handle, bits })
            }

            /// The word that refers to the object.
            pub fn value(self) -> ::runtime_value::RuntimeValue {
                // SAFETY: the object's content does not change, and any thread may read it.
                unsafe { ::runtime_value::RuntimeValue::from_bits(self.bits) }
            }

            /// The object's number, from 1; no other object of this area has it.
            ///
            /// # Errors
            /// `RT_ERROR_NOT_A_VALUE` when the object was freed.
            pub fn id(self) -> ::runtime_core::Result<i64> {
                $crate::object::id::<$kind>($argument, self.value())
            }

            /// Frees the object. The value that it may hold stays.
            ///
            /// # Errors
            /// `RT_ERROR_BUSY` while a thread holds it or waits for it, `RT_ERROR_NOT_A_VALUE` or
            /// `RT_ERROR_STALE_HANDLE` when it was freed before.
            pub fn free(self) -> ::runtime_core::Result<()> {
                Self::of($argument, self.value())?;
                // SAFETY: nobody keeps a borrow of the object: every call takes the handle out of
                // it at once and goes on with the table, which refuses handles of freed objects.
                unsafe { self.value().free() }
            }
        }
    };
}
pub(crate) use view;
