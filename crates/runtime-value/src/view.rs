//! Typed views of heap objects: what a word refers to, checked once.

use std::ptr::NonNull;

use runtime_core::{Error, Result};

use crate::codes;
use crate::display;
use crate::heap::{self, layout};
use crate::types::ObjectType;
use crate::word::RuntimeValue;

/// A typed view of a live heap object. `Copy`, one pointer, bound to its thread like the word.
///
/// A view is checked when it is made. It must not be used after its object was freed, which
/// [`RuntimeValue::free`] asks its caller to promise.
pub trait View: Copy + Sized + private::Sealed {
    /// The type of the objects.
    const TYPE: ObjectType;

    /// The view of the object that the word refers to, if it is a live one of this type.
    fn find(value: RuntimeValue) -> Option<Self>;

    /// As [`find`](Self::find), for the argument `name`.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_VALUE` for a forged or freed word, `RT_ERROR_WRONG_TYPE` for another type.
    #[inline(always)]
    fn of(name: &str, value: RuntimeValue) -> Result<Self> {
        match Self::find(value) {
            Some(view) => Ok(view),
            None => Err(wrong(name, value, Self::TYPE)),
        }
    }

    /// The word that refers to the object.
    fn value(self) -> RuntimeValue;
}

pub(crate) mod private {
    pub trait Sealed {}
}

/// The error for an argument that is no live object of this type.
#[cold]
#[inline(never)]
pub(crate) fn wrong(name: &str, value: RuntimeValue, wanted: ObjectType) -> Error {
    wrong_type(name, value, wanted.name())
}

/// The error for the argument `name` that is not what `wanted` names: for areas whose arguments are
/// values of a meaning of their own.
#[cold]
pub fn wrong_type(name: &str, value: RuntimeValue, wanted: &str) -> Error {
    let bits = value.to_bits();
    if value.is_dead() {
        return Error::written(
            codes::RT_ERROR_NOT_A_VALUE,
            format_args!("{name} {bits:#x} is not a live value (forged or freed)"),
        );
    }
    let (actual, shown) = (value.type_name(), display::Short(value));
    let article = if wanted.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Error::written(
        codes::RT_ERROR_WRONG_TYPE,
        format_args!("{name} is the {actual} {shown}, not {article} {wanted}"),
    )
}

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident of $object:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq)]
            pub struct $name(pub(crate) NonNull<layout::$object>);

            impl private::Sealed for $name {}

            impl View for $name {
                const TYPE: ObjectType = <layout::$object as layout::Object>::TYPE;

                #[inline(always)]
                fn find(value: RuntimeValue) -> Option<Self> {
                    heap::find(value).map(Self)
                }

                #[inline(always)]
                fn value(self) -> RuntimeValue {
                    RuntimeValue::from_address(self.0.as_ptr().addr())
                }
            }

            impl $name {
                /// The object behind the view.
                #[inline(always)]
                #[allow(dead_code, reason = "not every type reads through a shared reference")]
                pub(crate) fn object(&self) -> &layout::$object {
                    // SAFETY: the view was checked when it was made, and its object stays as long
                    // as the view is used; the word's rule keeps other threads away.
                    unsafe { self.0.as_ref() }
                }
            }

            impl From<$name> for RuntimeValue {
                fn from(view: $name) -> Self {
                    view.value()
                }
            }

            impl TryFrom<RuntimeValue> for $name {
                type Error = Error;

                fn try_from(value: RuntimeValue) -> Result<Self> {
                    Self::of("value", value)
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    std::fmt::Debug::fmt(&self.value(), out)
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    std::fmt::Display::fmt(&self.value(), out)
                }
            }
        )*
    };
}

views! {
    /// A string: bytes with a length and a hash. Strings do not change.
    Str of StringObject;
    /// A growable sequence of values.
    Array of ArrayObject;
    /// A map from values to values that remembers the order of insertion.
    Dict of DictObject;
    /// A sequence of fixed length.
    Tuple of TupleObject;
    /// An instance of a class: a class id and fields.
    Object of ClassObject;
    /// A function with its captured values.
    Closure of ClosureObject;
    /// A variant of an enum with its payload.
    Enum of EnumObject;
    /// A box with one owner.
    Unique of UniqueObject;
    /// A box with a reference count.
    Shared of SharedObject;
    /// A reference to a [`Shared`] that does not keep it.
    Weak of WeakObject;
    /// A box that can be marked invalid for all who know it.
    Handle of HandleObject;
}
