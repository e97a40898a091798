//! Questions to a value of any type, and its end.

use runtime_core::Result;

use crate::heap;
use crate::number::Number;
use crate::types::ObjectType;
use crate::word::RuntimeValue;

impl RuntimeValue {
    /// Whether this is a word of the heap form that refers to no live object: forged or freed.
    #[inline]
    pub fn is_dead(self) -> bool {
        self.heap_address().is_some() && heap::live(self).is_none()
    }

    /// Whether this refers to a live heap object.
    #[inline]
    pub fn is_heap(self) -> bool {
        heap::live(self).is_some()
    }

    /// The type of the live heap object that this refers to.
    pub fn object_type(self) -> Option<ObjectType> {
        heap::live(self).map(|(object_type, _)| object_type)
    }

    /// What the value is called: `int`, `float`, `nil`, `bool`, `error`, `symbol`, or the name of a
    /// heap object's type.
    pub fn type_name(self) -> &'static str {
        match (self.special_id(), Number::of(self)) {
            (Some(0), _) => "nil",
            (Some(1 | 2), _) => "bool",
            (Some(3), _) => "error",
            (Some(_), _) => "symbol",
            (None, Some(Number::Float(_))) => "float",
            (None, Some(_)) => "int",
            (None, None) => self.object_type().map_or("invalid", ObjectType::name),
        }
    }

    /// Whether the value counts as true: TRUE, numbers other than 0 (NaN among them), and every live
    /// heap object, empty containers too. NIL, FALSE, ERROR, symbols and dead words do not.
    #[inline]
    pub fn is_truthy(self) -> bool {
        match (self.inline_int(), self.special_id()) {
            (Some(int), _) => int != 0,
            (None, Some(_)) => self == Self::TRUE,
            (None, None) => match Number::of(self) {
                Some(Number::Float(float)) => float != 0.0,
                Some(Number::Int(_) | Number::UInt(_)) => true,
                None => heap::live(self).is_some(),
            },
        }
    }

    /// Frees the heap object that this refers to. What it holds stays.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_VALUE` when there is no live object, as after a first free, and what the
    /// object objects when it is in use.
    ///
    /// # Safety
    /// No view or borrow of the object is used any more, by any thread. Copies of the word may be
    /// kept: accessors refuse them, until in a far future another object has the address.
    pub unsafe fn free(self) -> Result<()> {
        // SAFETY: the caller's promise is the same.
        unsafe { heap::free(self) }
    }

    /// Frees everything that this reaches, each object once, cycles too. Objects in use stay.
    /// Returns how many were freed.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_VALUE` when this refers to no live object, `RT_ERROR_OUT_OF_MEMORY`.
    ///
    /// # Safety
    /// As [`free`](Self::free), for all of them.
    pub unsafe fn free_deep(self) -> Result<usize> {
        // SAFETY: the caller's promise is the same.
        unsafe { heap::reach::free_deep(self) }
    }
}
