//! Key-value stores, in which ranks meet.

use std::ffi::{CString, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::c_text;
use super::ffi::*;
use crate::Result;
use crate::text::{done, pointer, take};

/// A store that all ranks see.
pub struct Store(*mut ShimStore);

// SAFETY: a store belongs to no thread.
unsafe impl Send for Store {}
// SAFETY: c10d's stores have a lock.
unsafe impl Sync for Store {}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: the store is ours and not used after this.
        unsafe { shim_store_free(self.0) };
    }
}

impl Store {
    /// Connects to the store at host and port. The server opens it, and waits until `world_size` ranks
    /// have connected; the port is free again when the last reference to its store goes.
    ///
    /// # Errors
    /// That it was not possible within the time: LibTorch's text.
    pub fn tcp(
        host: &str,
        port: u16,
        is_server: bool,
        world_size: i32,
        timeout_ms: i64,
    ) -> Result<Self> {
        let host = c_text(host)?;
        pointer(|error| {
            // SAFETY: the host ends with a zero.
            unsafe { shim_store_tcp(host.as_ptr(), port, is_server, world_size, timeout_ms, error) }
        })
        .map(Self)
    }

    /// The store in a file, which is made when it is not there.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn file(path: &Path, world_size: i32, timeout_ms: i64) -> Result<Self> {
        let path = CString::new(path.as_os_str().as_bytes())
            .map_err(|_| String::from("the path contains a zero"))?;
        // SAFETY: the path ends with a zero.
        pointer(|error| unsafe { shim_store_file(path.as_ptr(), world_size, timeout_ms, error) })
            .map(Self)
    }

    /// The part of the store whose keys begin with the prefix.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn prefix(&self, prefix: &str) -> Result<Self> {
        let prefix = c_text(prefix)?;
        // SAFETY: the store is live, the prefix ends with a zero.
        pointer(|error| unsafe { shim_store_prefix(self.0, prefix.as_ptr(), error) }).map(Self)
    }

    /// Sets a key.
    ///
    /// # Errors
    /// That the store does not answer.
    pub fn set(&self, key: &str, value: &str) -> Result<()> {
        let key = c_text(key)?;
        let bytes = value.as_ptr().cast();
        // SAFETY: the store is live, the key ends with a zero, the length is the value's.
        done(|error| unsafe { shim_store_set(self.0, key.as_ptr(), bytes, value.len(), error) })
    }

    /// Whether a key is there now.
    ///
    /// # Errors
    /// That the store does not answer.
    pub fn has(&self, key: &str) -> Result<bool> {
        let key = c_text(key)?;
        let mut is_there = false;
        done(|error| {
            // SAFETY: the store is live, the key ends with a zero.
            let state = unsafe { shim_store_has(self.0, key.as_ptr(), error) };
            is_there = state == 1;
            c_int::from(state >= 0)
        })?;
        Ok(is_there)
    }

    /// The value of a key, once it is there.
    ///
    /// # Errors
    /// That it did not come within the store's time-out.
    pub fn get(&self, key: &str) -> Result<String> {
        let key = c_text(key)?;
        let mut length = 0;
        // SAFETY: the store is live, the key ends with a zero, the length is there to be written.
        let text = pointer(|error| unsafe {
            shim_store_get(self.0, key.as_ptr(), &raw mut length, error)
        })?;
        // SAFETY: the text is ours and has this length.
        Ok(unsafe { take(text, Some(length)) })
    }

    pub(super) fn as_ptr(&self) -> *const ShimStore {
        self.0
    }
}
