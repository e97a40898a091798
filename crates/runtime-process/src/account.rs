//! What the system's list of users says about the user of this process.

use std::ffi::{CStr, OsStr, OsString};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

/// A line of the list.
pub(crate) struct Account {
    pub(crate) name: OsString,
    /// Missing where the line leaves it empty.
    pub(crate) home: Option<OsString>,
}

/// The account of the user whose rights this process has. `None` when the list does not have it.
pub(crate) fn current() -> Option<Account> {
    let user = rustix::process::geteuid().as_raw();
    let mut room = vec![0; 1024];
    loop {
        let mut entry = MaybeUninit::uninit();
        let mut found = ptr::null_mut();
        // SAFETY: the entry and the room are written, no further than the room's length.
        let refusal = unsafe {
            libc::getpwuid_r(
                user,
                entry.as_mut_ptr(),
                room.as_mut_ptr(),
                room.len(),
                &raw mut found,
            )
        };
        match refusal {
            libc::ERANGE if room.len() < 1 << 20 => room.resize(room.len() * 2, 0),
            libc::EINTR => {}
            // SAFETY: the call set the pointer to null, or to the entry, which it has filled with
            // texts that lie in the room.
            _ => return unsafe { found.as_ref().map(|entry| read(entry)) },
        }
    }
}

/// # Safety
/// The entry's texts are null or end with a zero byte.
unsafe fn read(entry: &libc::passwd) -> Account {
    let text = |pointer: *const libc::c_char| {
        if pointer.is_null() {
            return OsString::new();
        }
        // SAFETY: the caller's promise is this one.
        OsStr::from_bytes(unsafe { CStr::from_ptr(pointer) }.to_bytes()).to_owned()
    };
    let home = text(entry.pw_dir);
    Account { name: text(entry.pw_name), home: (!home.is_empty()).then_some(home) }
}
