//! What a C program gives along with a function, for as long as the function is kept.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An address that belongs to the program, and the function that gives it back.
pub struct Userdata {
    address: *mut c_void,
    drop: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>,
}

// SAFETY: nothing is done with the address but handing it to the program's own functions, and who
// makes one promises that those may be called on any thread.
unsafe impl Send for Userdata {}
// SAFETY: as above, at the same time too.
unsafe impl Sync for Userdata {}

impl Userdata {
    /// Takes the address over: `drop` is called with it when this is dropped.
    ///
    /// # Safety
    /// `drop`, and the function that the address is given along with, are safe to call with `address`
    /// on any thread, also at the same time.
    pub unsafe fn new(
        address: *mut c_void,
        drop: Option<unsafe extern "C-unwind" fn(userdata: *mut c_void)>,
    ) -> Self {
        Self { address, drop }
    }

    /// The address, to hand to the program's function.
    #[inline]
    pub fn address(&self) -> *mut c_void {
        self.address
    }
}

impl Drop for Userdata {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // A panic here could meet another one on its way, which would end the process.
            // SAFETY: who made this promised that the function may be called.
            let _ = catch_unwind(AssertUnwindSafe(|| unsafe { drop(self.address) }));
        }
    }
}
