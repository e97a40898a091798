//! Strings: bytes with a length and a hash, made once and never changed.

use std::ptr;

use runtime_core::Result;
use runtime_core::arguments::{self, byte_size};

use crate::array::array_of;
use crate::heap::{self, layout::StringObject};
use crate::view::{Array, Str, View};
use crate::word::RuntimeValue;

/// The 64-bit FNV-1a hash (Fowler, Noll, Vo; <http://www.isthe.com/chongo/tech/comp/fnv/>) that a
/// string keeps at offset 16: 0 for the empty string, which is where compiled code expects it.
#[inline]
pub fn stored_hash(bytes: &[u8]) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    if bytes.is_empty() {
        return 0;
    }
    bytes.iter().fold(OFFSET_BASIS, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

impl Str {
    /// A string with these bytes. UTF-8 is not demanded: binary data travels as a string.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    #[inline]
    pub fn new(bytes: &[u8]) -> Result<Self> {
        Self::with(bytes.len() as u64, |data| {
            // SAFETY: there is room for the bytes, in memory that nobody else knows yet.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
        })
    }

    /// A string with the bytes of all parts.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_LENGTH`.
    #[inline]
    pub fn concat(parts: &[&[u8]]) -> Result<Self> {
        let len = parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.len() as u64));
        let len = len.unwrap_or(u64::MAX);
        Self::with(len, |data| {
            let mut end = data;
            for part in parts {
                // SAFETY: there is room for what the parts have together.
                unsafe {
                    ptr::copy_nonoverlapping(part.as_ptr(), end, part.len());
                    end = end.add(part.len());
                }
            }
        })
    }

    /// A string of `len` bytes, which `fill` writes at the address that it gets.
    #[inline(always)]
    fn with(len: u64, fill: impl FnOnce(*mut u8)) -> Result<Self> {
        let size = byte_size("string", len, 1, size_of::<StringObject>())?;
        let object = heap::make::<StringObject>(size, |object| {
            // SAFETY: the block holds the struct and `len` bytes behind it, written by `fill`;
            // nobody else knows it yet.
            unsafe {
                let data = object.add(1).cast::<u8>().as_ptr();
                fill(data);
                let bytes = std::slice::from_raw_parts(data, len as usize);
                (&raw mut (*object.as_ptr()).len).write(len);
                (&raw mut (*object.as_ptr()).hash).write(stored_hash(bytes));
            }
        })?;
        Ok(Self(object))
    }

    /// The bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes follow the struct; strings do not change.
        unsafe { std::slice::from_raw_parts(self.data(), self.object().len as usize) }
    }

    /// The text.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_UTF8` when the bytes are not UTF-8.
    pub fn as_text(&self) -> Result<&str> {
        self.text("string")
    }

    /// The text of the argument `name`.
    ///
    /// # Errors
    /// `RT_ERROR_NOT_UTF8` when the bytes are not UTF-8.
    pub fn text(&self, name: &str) -> Result<&str> {
        arguments::utf8(name, self.as_bytes())
    }

    /// Where the bytes lie.
    #[inline]
    pub(crate) fn data(&self) -> *const u8 {
        // SAFETY: the bytes lie behind the struct, in the same block.
        unsafe { self.0.add(1).cast::<u8>().as_ptr() }
    }

    /// The length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.object().len as usize
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The hash at offset 16, see [`stored_hash`].
    pub fn hash(&self) -> u64 {
        self.object().hash
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl RuntimeValue {
    /// A string with this text.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn string(text: &str) -> Result<Self> {
        Str::new(text.as_bytes()).map(Str::value)
    }

    /// A string with these bytes.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn bytes(bytes: &[u8]) -> Result<Self> {
        Str::new(bytes).map(Str::value)
    }
}

/// An array of strings with these bytes. When it fails, nothing is left behind.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn array_of_strings<T: AsRef<[u8]>>(texts: impl IntoIterator<Item = T>) -> Result<Array> {
    array_of(texts.into_iter().map(|text| RuntimeValue::bytes(text.as_ref())))
}
