//! Strings: bytes with a length and a hash, made once and never changed.

use std::mem::MaybeUninit;
use std::ptr;

use runtime_core::Result;
use runtime_core::arguments::{self, byte_size};

use crate::array::array_of;
use crate::heap::unpublished::Unpublished;
use crate::heap::{self, layout::StringObject};
use crate::view::{Array, Str, View};
use crate::word::RuntimeValue;

/// Up to this many bytes a string keeps its hash. FNV-1a takes a multiplication per byte, one after
/// the other: on long strings it would cost many times what copying them does.
pub const LONGEST_HASHED: usize = 64;

/// The hash that a string of these bytes keeps at offset 16, where compiled code looks for it: the
/// 64-bit FNV-1a hash (Fowler, Noll, Vo; <http://www.isthe.com/chongo/tech/comp/fnv/>) of a name or
/// a key; 0 for the empty string and for those longer than [`LONGEST_HASHED`].
///
/// It depends on the bytes alone, so strings whose stored hashes differ are different.
#[inline]
pub fn stored_hash(bytes: &[u8]) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    if bytes.is_empty() || bytes.len() > LONGEST_HASHED {
        return 0;
    }
    bytes.iter().fold(OFFSET_BASIS, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// Copies bytes. From 8 to 16 of them are done before a call of `memcpy` would have begun.
///
/// # Safety
/// There is room for them at `to`, in memory that is not theirs.
#[inline(always)]
unsafe fn copy(bytes: &[u8], to: *mut u8) {
    let (from, len) = (bytes.as_ptr(), bytes.len());
    // SAFETY: the words are inside of the bytes and of the room; two that overlap hold the same there.
    unsafe {
        if (8..=16).contains(&len) {
            let first = from.cast::<u64>().read_unaligned();
            let last = from.add(len - 8).cast::<u64>().read_unaligned();
            to.cast::<u64>().write_unaligned(first);
            to.add(len - 8).cast::<u64>().write_unaligned(last);
        } else if len > 0 {
            ptr::copy_nonoverlapping(from, to, len);
        }
    }
}

impl Str {
    /// A string with these bytes. UTF-8 is not demanded: binary data travels as a string.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    #[inline(always)]
    pub fn new(bytes: &[u8]) -> Result<Self> {
        // First, so that the multiplications run while memory is found.
        let hash = stored_hash(bytes);
        Self::with(bytes.len() as u64, |data| {
            // SAFETY: there is room for the bytes, in memory that nobody else knows yet.
            unsafe { copy(bytes, data) };
            hash
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
            // SAFETY: all of them were written.
            stored_hash(unsafe { std::slice::from_raw_parts(data, len as usize) })
        })
    }

    /// A string of `len` bytes, which `fill` writes at the address that it gets; it returns their hash.
    #[inline(always)]
    fn with(len: u64, fill: impl FnOnce(*mut u8) -> u64) -> Result<Self> {
        let size = byte_size("string", len, 1, size_of::<StringObject>())?;
        let object = heap::make::<StringObject>(size, |object| {
            // SAFETY: the block holds the struct and `len` bytes behind it, written by `fill`;
            // nobody else knows it yet.
            unsafe {
                let hash = fill(object.add(1).cast::<u8>().as_ptr());
                (&raw mut (*object.as_ptr()).len).write(len);
                (&raw mut (*object.as_ptr()).hash).write(hash);
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
    pub fn stored_hash(&self) -> u64 {
        self.object().hash
    }
}

/// A string that is being written in its own memory: what fills it needs no buffer of its own.
///
/// # Example
/// ```
/// use runtime_value::string::Builder;
///
/// let mut builder = Builder::new(16)?;
/// builder.extend(b"seven")?;
/// builder.extend(b" bytes")?;
/// assert_eq!(builder.finish()?.as_bytes(), b"seven bytes");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub struct Builder {
    object: Unpublished,
    len: usize,
}

const HEADER: usize = size_of::<StringObject>();

impl Builder {
    /// Room for `capacity` bytes.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_LENGTH`.
    pub fn new(capacity: u64) -> Result<Self> {
        let object = Unpublished::new(byte_size("string", capacity, 1, HEADER)?)?;
        Ok(Self { object, len: 0 })
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes so far.
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: `len` bytes behind the header were written.
        unsafe { std::slice::from_raw_parts(self.object.at(HEADER), self.len) }
    }

    /// The room that is left, for whoever writes into memory: `read(2)`, say.
    pub fn spare_capacity_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        let room = self.object.size() - HEADER - self.len;
        // SAFETY: the room lies behind what was written, in the same block, which is this owner's.
        unsafe { std::slice::from_raw_parts_mut(self.object.at(HEADER + self.len).cast(), room) }
    }

    /// Counts `count` more bytes as written.
    ///
    /// # Safety
    /// That many bytes at the beginning of the room that is left were written.
    pub unsafe fn advance(&mut self, count: usize) {
        debug_assert!(count <= self.object.size() - HEADER - self.len);
        self.len += count;
    }

    /// Makes sure that there is room for `additional` more bytes; growing doubles it.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`, `RT_ERROR_LENGTH`; what was written stays.
    pub fn reserve(&mut self, additional: usize) -> Result<()> {
        let room = self.object.size() - HEADER - self.len;
        if additional <= room {
            return Ok(());
        }
        let wanted = self.len.saturating_add(additional).max(self.len.saturating_mul(2));
        self.object.resize(byte_size("string", wanted as u64, 1, HEADER)?)
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    pub fn extend(&mut self, bytes: &[u8]) -> Result<()> {
        self.reserve(bytes.len())?;
        self.spare_capacity_mut()[..bytes.len()].write_copy_of_slice(bytes);
        self.len += bytes.len();
        Ok(())
    }

    /// The string with what was written.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn finish(mut self) -> Result<Str> {
        self.object.resize(HEADER + self.len)?;
        let hash = stored_hash(self.as_bytes());
        let object = self.object.publish::<StringObject>(|object| {
            // SAFETY: the block holds the struct and `len` bytes behind it; nobody else knows it yet.
            unsafe {
                (&raw mut (*object.as_ptr()).len).write(self.len as u64);
                (&raw mut (*object.as_ptr()).hash).write(hash);
            }
        })?;
        Ok(Str(object))
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
