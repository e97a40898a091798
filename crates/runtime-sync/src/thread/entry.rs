//! What a thread begins with: the address of compiled code, or a closure value.

use runtime_core::error::codes;
use runtime_core::{Error, Result};
use runtime_value::word::tag::RT_TAG_HEAP;
use runtime_value::{Closure, RuntimeValue, Tuple, View, copy};

/// Compiled code and, for a closure, the closure's own word, which is the code's first argument.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    code: u64,
    closure: Option<u64>,
}

/// Whether a program or library is loaded at the address. Functions begin at any address, also at
/// one that could be a heap object's; heap objects lie where nothing is loaded.
#[cfg(unix)]
fn is_loaded(address: u64) -> bool {
    let mut found = std::mem::MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: `dladdr` takes any address and writes to `found` only.
    unsafe { libc::dladdr(address as usize as *const libc::c_void, found.as_mut_ptr()) != 0 }
}

/// Elsewhere functions are aligned, and no heap object's address is one.
#[cfg(not(unix))]
fn is_loaded(_: u64) -> bool {
    false
}

/// No code lies below: the first page is not mapped.
const LOWEST_CODE: u64 = 4096;
/// No code lies above: user space ends here.
const HIGHEST_CODE: u64 = 1 << 47;

impl Entry {
    /// From a number that is a closure value or a code address. A number of a heap word's form is
    /// taken for an address only where a program or library is loaded, so a freed closure is refused.
    ///
    /// # Errors
    /// `RT_ERROR_NULL_POINTER` for 0, `RT_ERROR_INVALID_ARGUMENT` for a number where no code can
    /// be, `RT_ERROR_NOT_A_VALUE` or `RT_ERROR_WRONG_TYPE` for a word that is no live closure.
    ///
    /// # Safety
    /// A number that is an address is that of a function for as many words as the thread gets
    /// (`extern "C-unwind" fn(RuntimeValue) -> RuntimeValue` with one); the code of a closure takes
    /// the closure's word before them.
    pub unsafe fn of(name: &str, number: u64) -> Result<Self> {
        if number == 0 {
            return Err(Error::new(codes::RT_ERROR_NULL_POINTER, format!("{name} is null")));
        }
        // SAFETY: the calling thread has the word and uses the object in this moment only.
        let word = unsafe { RuntimeValue::from_bits(number) };
        if word.is_heap() || word.tag() == RT_TAG_HEAP && !is_loaded(number) {
            let closure = Closure::of(name, word)?;
            return Self::checked(name, closure.function() as u64, Some(number));
        }
        Self::checked(name, number, None)
    }

    fn checked(name: &str, code: u64, closure: Option<u64>) -> Result<Self> {
        if (LOWEST_CODE..HIGHEST_CODE).contains(&code) {
            Ok(Self { code, closure })
        } else {
            Err(Error::invalid(format!("{name} has no code: {code:#x} is no address of any")))
        }
    }

    /// The entry and its data for a new thread: copies. The closure is copied in one go with the
    /// data, so that what they share they go on sharing.
    pub(super) fn with_copies(self, data: RuntimeValue) -> Result<(Self, RuntimeValue)> {
        let Some(closure) = self.closure else { return Ok((self, copy::deep(data)?)) };
        // SAFETY: the thread that has the closure waits while it is copied.
        let closure = unsafe { RuntimeValue::from_bits(closure) };
        let pair = Tuple::from_slice(&[closure, data])?.value();
        let copied = copy::deep(pair);
        // SAFETY: the pair was made here and nobody else knows it.
        unsafe { pair.free()? };
        let copied = copied?;
        let parts = Tuple::of("copy", copied)?;
        let part = |position| parts.get(position).unwrap_or(RuntimeValue::NIL);
        let (closure, data) = (part(0), part(1));
        // SAFETY: as above; the parts live on.
        unsafe { copied.free()? };
        Ok((Self { closure: Some(closure.to_bits()), ..self }, data))
    }

    /// Calls the code.
    pub(super) fn call(self, data: RuntimeValue, shared: Option<u64>) -> RuntimeValue {
        type Code1 = extern "C-unwind" fn(u64) -> u64;
        type Code2 = extern "C-unwind" fn(u64, u64) -> u64;
        type Code3 = extern "C-unwind" fn(u64, u64, u64) -> u64;
        let (code, data) = (self.code as usize as *const (), data.to_bits());
        // SAFETY: whoever made the entry promised that this is a function of these arguments. A
        // value word is passed as its 64 bits.
        let bits = unsafe {
            match (self.closure, shared) {
                (None, None) => std::mem::transmute::<*const (), Code1>(code)(data),
                (None, Some(shared)) => std::mem::transmute::<*const (), Code2>(code)(data, shared),
                (Some(own), None) => std::mem::transmute::<*const (), Code2>(code)(own, data),
                (Some(own), Some(shared)) => {
                    std::mem::transmute::<*const (), Code3>(code)(own, data, shared)
                }
            }
        };
        // SAFETY: the bits come from this thread's own code.
        unsafe { RuntimeValue::from_bits(bits) }
    }
}
