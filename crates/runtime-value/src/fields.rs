//! Objects with a fixed number of values behind a small struct: tuples, class objects, closures.

use std::ptr::NonNull;

use runtime_core::arguments::byte_size;
use runtime_core::{Error, Result};

use crate::codes;
use crate::heap::{self, layout};
use crate::view::{Closure, Object, Tuple};
use crate::word::RuntimeValue;

/// Makes a struct `T` followed by `count` values, all NIL.
fn make<T: layout::Object>(
    name: &str,
    count: u64,
    fill: impl FnOnce(NonNull<T>),
) -> Result<NonNull<T>> {
    let size = byte_size(name, count, size_of::<RuntimeValue>(), size_of::<T>())?;
    heap::make::<T>(size, |object| {
        fill(object);
        // SAFETY: the block has room for the values behind the struct.
        let values = unsafe { object.add(1) }.cast::<RuntimeValue>();
        for position in 0..count as usize {
            // SAFETY: as above.
            unsafe { values.add(position).write(RuntimeValue::NIL) };
        }
    })
}

/// The value at `position` of the `count` values behind a struct.
#[inline(always)]
fn slot<T>(object: NonNull<T>, count: u64, position: u64) -> Option<NonNull<RuntimeValue>> {
    // SAFETY: the values lie behind the struct, and the position is one of theirs.
    (position < count).then(|| unsafe { object.add(1).cast().add(position as usize) })
}

macro_rules! slots {
    ($view:ident, $count:ident, $len:ident) => {
        impl $view {
            /// How many values there are.
            #[inline(always)]
            pub fn $len(&self) -> u64 {
                u64::from(self.object().$count)
            }

            /// The value at `position`.
            #[inline(always)]
            pub fn get(&self, position: u64) -> Option<RuntimeValue> {
                // SAFETY: a slot of a live object is initialised.
                slot(self.0, self.$len(), position).map(|slot| unsafe { slot.read() })
            }

            /// Replaces the value at `position`.
            ///
            /// # Errors
            /// `RT_ERROR_INDEX` when there is none.
            #[inline(always)]
            pub fn set(&self, position: u64, value: RuntimeValue) -> Result<()> {
                match slot(self.0, self.$len(), position) {
                    // SAFETY: a slot of a live object; the word's rule keeps others away.
                    Some(slot) => Ok(unsafe { slot.write(value) }),
                    None => Err(no_slot(position, self.$len())),
                }
            }

            /// The values in order.
            pub fn iter(&self) -> impl Iterator<Item = RuntimeValue> + use<> {
                let view = *self;
                (0..self.$len()).map_while(move |position| view.get(position))
            }
        }
    };
}

slots!(Tuple, len, len);
slots!(Object, field_count, field_count);
slots!(Closure, capture_count, capture_count);

#[cold]
fn no_slot(position: u64, count: u64) -> Error {
    Error::written(codes::RT_ERROR_INDEX, format_args!("index {position} is not below {count}"))
}

impl Tuple {
    /// A tuple of `len` NILs.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_LENGTH`.
    pub fn new(len: u64) -> Result<Self> {
        make::<layout::TupleObject>("len", len, |object| {
            // SAFETY: the block has room for the struct.
            unsafe { (&raw mut (*object.as_ptr()).len).write(len) };
        })
        .map(Self)
    }

    /// A tuple of these values.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn from_slice(values: &[RuntimeValue]) -> Result<Self> {
        let tuple = Self::new(values.len() as u64)?;
        for (position, &value) in values.iter().enumerate() {
            tuple.set(position as u64, value)?;
        }
        Ok(tuple)
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Object {
    /// An instance of class `class_id` with `field_count` fields, all NIL.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(class_id: u32, field_count: u32) -> Result<Self> {
        make::<layout::ClassObject>("field_count", field_count.into(), |object| {
            // SAFETY: the block has room for the struct.
            unsafe {
                (&raw mut (*object.as_ptr()).class_id).write(class_id);
                (&raw mut (*object.as_ptr()).field_count).write(field_count);
            }
        })
        .map(Self)
    }

    /// The id of the class.
    pub fn class_id(&self) -> u32 {
        self.object().class_id
    }
}

impl Closure {
    /// A closure of the function at `function` with `capture_count` captured values, all NIL.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    #[expect(clippy::not_unsafe_ptr_arg_deref, reason = "the pointer is stored, not followed")]
    pub fn new(function: *const u8, capture_count: u32) -> Result<Self> {
        make::<layout::ClosureObject>("capture_count", capture_count.into(), |object| {
            // SAFETY: the block has room for the struct.
            unsafe {
                (&raw mut (*object.as_ptr()).function).write(function);
                (&raw mut (*object.as_ptr()).capture_count).write(capture_count);
                (&raw mut (*object.as_ptr()).reserved).write(0);
            }
        })
        .map(Self)
    }

    /// The address of the function.
    pub fn function(&self) -> *const u8 {
        self.object().function
    }

    /// Calls the function as compiled code does: the closure first, then the argument.
    ///
    /// # Errors
    /// `RT_ERROR_NULL_POINTER` when the closure has no function.
    ///
    /// # Safety
    /// The function, unless null, takes the closure's word and one argument word and returns a word.
    pub unsafe fn call(&self, argument: RuntimeValue) -> Result<RuntimeValue> {
        use crate::view::View;
        type Function = unsafe extern "C-unwind" fn(RuntimeValue, RuntimeValue) -> RuntimeValue;

        if self.function().is_null() {
            return Err(Error::new(
                runtime_core::error::codes::RT_ERROR_NULL_POINTER,
                "closure has a null function",
            ));
        }
        // SAFETY: not null, and of this signature by the caller's promise.
        let function = unsafe { std::mem::transmute::<*const u8, Function>(self.function()) };
        // SAFETY: as above.
        Ok(unsafe { function(self.value(), argument) })
    }
}
