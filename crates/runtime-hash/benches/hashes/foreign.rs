//! The libraries that the runtime is compared with, opened while running: nothing is linked.

use std::ffi::{CString, c_char, c_int, c_uint, c_void};
use std::ptr;

use libloading::Library;

/// A function of an open library, as long as the library is there, which is for ever.
///
/// # Safety
/// `F` is the type of the function `name`.
unsafe fn symbol<F: Copy>(library: &'static Library, name: &str) -> Option<F> {
    // SAFETY: the caller's promise is this function's own.
    unsafe { library.get::<F>(name).ok().map(|symbol| *symbol) }
}

fn open(name: &str) -> Option<&'static Library> {
    // SAFETY: the two libraries that this file opens do nothing harmful when they are loaded.
    let library = unsafe { Library::new(name) }.ok()?;
    Some(Box::leak(Box::new(library)))
}

/// One digest of OpenSSL's EVP interface.
pub(crate) struct Evp {
    digest: *const c_void,
    new: unsafe extern "C" fn() -> *mut c_void,
    init: unsafe extern "C" fn(*mut c_void, *const c_void, *mut c_void) -> c_int,
    update: unsafe extern "C" fn(*mut c_void, *const u8, usize) -> c_int,
    finish: unsafe extern "C" fn(*mut c_void, *mut u8, *mut c_uint) -> c_int,
    free: unsafe extern "C" fn(*mut c_void),
}

impl Evp {
    /// As most programs do it, with `EVP_sha256()` and its kin: each use looks the algorithm up.
    pub(crate) fn usual(name: &str) -> Option<Self> {
        let library = open("libcrypto.so.3")?;
        // SAFETY: the type is that of openssl/evp.h.
        let digest = unsafe {
            let get: unsafe extern "C" fn() -> *const c_void =
                symbol(library, &format!("EVP_{name}"))?;
            get()
        };
        Self::with(library, digest)
    }

    /// With a digest that was looked up once, as OpenSSL's manual advises where speed matters.
    pub(crate) fn fetched(name: &str) -> Option<Self> {
        type Fetch =
            unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char) -> *const c_void;
        let library = open("libcrypto.so.3")?;
        let name = CString::new(name).ok()?;
        // SAFETY: the type is that of openssl/evp.h, and null means the default context.
        let digest = unsafe {
            let fetch: Fetch = symbol(library, "EVP_MD_fetch")?;
            fetch(ptr::null_mut(), name.as_ptr(), ptr::null())
        };
        Self::with(library, digest)
    }

    fn with(library: &'static Library, digest: *const c_void) -> Option<Self> {
        // SAFETY: the types are those of openssl/evp.h.
        unsafe {
            Some(Self {
                digest,
                new: symbol(library, "EVP_MD_CTX_new")?,
                init: symbol(library, "EVP_DigestInit_ex")?,
                update: symbol(library, "EVP_DigestUpdate")?,
                finish: symbol(library, "EVP_DigestFinal_ex")?,
                free: symbol(library, "EVP_MD_CTX_free")?,
            })
        }
    }

    pub(crate) fn digest(&self, data: &[u8]) -> [u8; 64] {
        let mut digest = [0; 64];
        // SAFETY: called as openssl/evp.h asks; 64 bytes are its largest digest.
        unsafe {
            let context = (self.new)();
            (self.init)(context, self.digest, ptr::null_mut());
            (self.update)(context, data.as_ptr(), data.len());
            (self.finish)(context, digest.as_mut_ptr(), ptr::null_mut());
            (self.free)(context);
        }
        digest
    }
}

/// The functions of the xxHash library, in one of its two sets.
pub(crate) struct XxHash {
    new: unsafe extern "C" fn() -> *mut c_void,
    reset: unsafe extern "C" fn(*mut c_void) -> c_int,
    update: unsafe extern "C" fn(*mut c_void, *const u8, usize) -> c_int,
    finish: unsafe extern "C" fn(*const c_void) -> u64,
    free: unsafe extern "C" fn(*mut c_void) -> c_int,
    hash: unsafe extern "C" fn(*const u8, usize) -> u64,
}

impl XxHash {
    /// The functions whose names end in `suffix`.
    pub(crate) fn load(suffix: &str) -> Option<Self> {
        let library = open("libxxhash.so.0")?;
        // SAFETY: the types are those of xxhash.h.
        unsafe {
            Some(Self {
                new: symbol(library, "XXH3_createState")?,
                reset: symbol(library, "XXH3_64bits_reset")?,
                update: symbol(library, &format!("XXH3_64bits_update{suffix}"))?,
                finish: symbol(library, "XXH3_64bits_digest")?,
                free: symbol(library, "XXH3_freeState")?,
                hash: symbol(library, &format!("XXH3_64bits{suffix}"))?,
            })
        }
    }

    pub(crate) fn stream(&self, data: &[u8]) -> u64 {
        // SAFETY: called as xxhash.h asks.
        unsafe {
            let state = (self.new)();
            (self.reset)(state);
            (self.update)(state, data.as_ptr(), data.len());
            let hash = (self.finish)(state);
            (self.free)(state);
            hash
        }
    }

    pub(crate) fn one_call(&self, data: &[u8]) -> u64 {
        // SAFETY: a slice with its own length.
        unsafe { (self.hash)(data.as_ptr(), data.len()) }
    }
}
