//! Violations as objects: what was broken, where, and what was said about it.

use std::mem::offset_of;
use std::ptr::{self, NonNull};
use std::{fmt, slice, str};

use runtime_core::{Error, Result};
use runtime_value::heap::foreign::{self, Foreign};
use runtime_value::{ObjectType, RuntimeValue};

use crate::kind::Kind;

/// A broken contract.
///
/// ```
/// use runtime_contracts::{Kind, Violation};
///
/// let violation = Violation::new(Kind::Precondition, "divide", Some("by zero"))?;
/// assert_eq!(
///     violation.to_string(),
///     "Precondition violation in function 'divide': contract condition failed (by zero)",
/// );
/// # Ok::<(), runtime_core::Error>(())
/// ```
// Compiled code reads these fields, which lie behind the header of the object.
#[repr(C)]
pub struct Violation {
    kind: Kind,
    function: Text,
    message: Text,
}

const HEADER: usize = 8;
const _: () = assert!(HEADER + offset_of!(Violation, kind) == 8);
const _: () = assert!(HEADER + offset_of!(Violation, function) == 16);
const _: () = assert!(HEADER + offset_of!(Violation, message) == 32);
const _: () = assert!(HEADER + size_of::<Violation>() == 48);

// SAFETY: no other implementation uses the type, and pointers are aligned to 8 at most.
unsafe impl Foreign for Violation {
    const TYPE: ObjectType = ObjectType::ContractViolation;
}

impl Violation {
    /// A violation in `function`, with a message or without. An empty message is none.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn new(kind: Kind, function: &str, message: Option<&str>) -> Result<Self> {
        let message = match message {
            None | Some("") => Text::NONE,
            Some(message) => Text::new(message)?,
        };
        Ok(Self { kind, function: Text::new(function)?, message })
    }

    /// The violation that a word refers to. `name` is the argument's, for the error.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_A_VALUE` or `RT_ERROR_WRONG_TYPE`.
    pub fn of<'v>(name: &str, value: &'v RuntimeValue) -> Result<&'v Self> {
        foreign::get(name, value)
    }

    /// Whether a word refers to a violation.
    pub fn is(value: RuntimeValue) -> bool {
        foreign::is::<Self>(value)
    }

    /// The violation as a value, which lives until it is freed.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn into_value(self) -> Result<RuntimeValue> {
        foreign::make(self)
    }

    /// What kind of contract was broken.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// In which function.
    pub fn function(&self) -> &str {
        self.function.get().unwrap_or_default()
    }

    /// What was said about it.
    pub fn message(&self) -> Option<&str> {
        self.message.get()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, function) = (self.kind, self.function());
        write!(out, "{kind} violation in function '{function}': contract condition failed")?;
        match self.message() {
            Some(message) => write!(out, " ({message})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Violation")
            .field("kind", &self.kind)
            .field("function", &self.function())
            .field("message", &self.message())
            .finish()
    }
}

/// A text of its own as the layout has it: where it is, and its length without the NUL behind it.
#[repr(C)]
struct Text {
    /// `None` for no text.
    address: Option<NonNull<u8>>,
    length: u64,
}

// SAFETY: a text belongs to one owner, who alone frees it, and does not change.
unsafe impl Send for Text {}
// SAFETY: as above.
unsafe impl Sync for Text {}

impl Text {
    const NONE: Self = Self { address: None, length: 0 };

    fn new(text: &str) -> Result<Self> {
        let size = text.len() + 1;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(|_| Error::out_of_memory(size))?;
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
        let address = NonNull::from(Box::leak(bytes.into_boxed_slice())).cast();
        Ok(Self { address: Some(address), length: text.len() as u64 })
    }

    fn get(&self) -> Option<&str> {
        let address = self.address?;
        // SAFETY: the address and the length are those of a `str`, followed by a zero.
        Some(unsafe {
            str::from_utf8_unchecked(slice::from_raw_parts(address.as_ptr(), self.length as usize))
        })
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if let Some(address) = self.address {
            let bytes = ptr::slice_from_raw_parts_mut(address.as_ptr(), self.length as usize + 1);
            // SAFETY: this is the box that `new` leaked, the zero included.
            drop(unsafe { Box::from_raw(bytes) });
        }
    }
}
