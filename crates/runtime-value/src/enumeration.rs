//! Enums: a variant, told by its discriminant, with a payload. Option and Result are enums.

use runtime_core::Result;

use crate::heap::{self, layout::EnumObject};
use crate::view::{Closure, Enum, View};
use crate::word::RuntimeValue;

/// The discriminants that the compiler gives to the variants of Option and Result: the low half of
/// the SipHash-1-3 of the variant's name, as Rust's `DefaultHasher` computes it.
pub mod discriminants {
    /// `None` of Option.
    pub const NONE: u32 = 0x8D5E_0359;
    /// `Some` of Option.
    pub const SOME: u32 = 0xF198_7159;
    /// `Ok` of Result.
    pub const OK: u32 = 0x8F5E_C24C;
    /// `Err` of Result.
    pub const ERR: u32 = 0xFA59_A550;

    /// The discriminant of the variant with this name.
    pub fn of(name: &str) -> u32 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        hasher.finish() as u32
    }
}

impl Enum {
    /// The variant `discriminant` of enum `enum_id`.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(enum_id: u32, discriminant: u32, payload: RuntimeValue) -> Result<Self> {
        heap::make::<EnumObject>(size_of::<EnumObject>(), |object| {
            // SAFETY: the block is as large as the struct.
            unsafe {
                (&raw mut (*object.as_ptr()).enum_id).write(enum_id);
                (&raw mut (*object.as_ptr()).discriminant).write(discriminant);
                (&raw mut (*object.as_ptr()).payload).write(payload);
            }
        })
        .map(Self)
    }

    /// The id of the enum.
    pub fn enum_id(&self) -> u32 {
        self.object().enum_id
    }

    /// The variant's number.
    pub fn discriminant(&self) -> u32 {
        self.object().discriminant
    }

    /// What the variant carries.
    pub fn payload(&self) -> RuntimeValue {
        self.object().payload
    }

    /// Gives an enum its payload after it was made, which a copy of a cyclic structure needs.
    pub(crate) fn set_payload(&self, payload: RuntimeValue) {
        // SAFETY: the object is live, and no reference to the field is held.
        unsafe { (&raw mut (*self.0.as_ptr()).payload).write(payload) };
    }
}

impl RuntimeValue {
    /// Whether this is NIL or `None`. An int 0 is not.
    pub fn is_none(self) -> bool {
        self.is_nil()
            || Enum::find(self).is_some_and(|found| found.discriminant() == discriminants::NONE)
    }

    /// Whether this is a live value other than NIL and `None`.
    pub fn is_some(self) -> bool {
        !self.is_none() && !self.is_dead()
    }

    /// The payload of `Some` and `Ok`; every other value itself.
    #[must_use]
    pub fn unwrap_or_self(self) -> Self {
        match Enum::find(self) {
            Some(found)
                if matches!(found.discriminant(), discriminants::SOME | discriminants::OK) =>
            {
                found.payload()
            }
            _ => self,
        }
    }

    /// NIL and `None` as they are; else `Some` of what the closure makes of the payload (of the value
    /// itself, when it is no enum).
    ///
    /// # Errors
    /// As [`Closure::call`], and `RT_ERROR_OUT_OF_MEMORY`.
    ///
    /// # Safety
    /// As [`Closure::call`].
    pub unsafe fn option_map(self, closure: Closure) -> Result<Self> {
        if self.is_none() {
            return Ok(self);
        }
        let (enum_id, payload) = match Enum::find(self) {
            Some(found) => (found.enum_id(), found.payload()),
            None => (0, self),
        };
        // SAFETY: the caller's promise is the same.
        let mapped = unsafe { closure.call(payload)? };
        Enum::new(enum_id, discriminants::SOME, mapped).map(Enum::value)
    }
}

#[cfg(test)]
mod tests {
    use super::discriminants;

    #[test]
    fn discriminants_are_those_of_the_names() {
        assert_eq!(discriminants::of("None"), discriminants::NONE);
        assert_eq!(discriminants::of("Some"), discriminants::SOME);
        assert_eq!(discriminants::of("Ok"), discriminants::OK);
        assert_eq!(discriminants::of("Err"), discriminants::ERR);
    }
}
