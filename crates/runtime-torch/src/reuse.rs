//! Lets the allocator keep what one step of a training frees for the next.
//!
//! LibTorch takes the memory of tensors on the CPU from malloc. glibc's gives freed memory back to the system
//! when it is a few times as large as the largest block so far, and takes blocks of some megabytes from the
//! system each time: a network whose steps allocate and free the same tensors then spends a fifth of its time
//! on the system clearing pages (two convolutions on 4 images of 64 x 56 x 56: 32 ms instead of 25). So the
//! first tensor that gets a handle raises both bounds, as PyTorch's guide to performance advises, unless the
//! environment sets glibc's allocator up by itself.

use std::sync::Once;

static PREPARED: Once = Once::new();

/// What stays with the process at most when it is free: 128 MiB at the end of the heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: libc::c_int = 128 << 20;

/// From here on blocks are the system's own. It is the largest that glibc takes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 32 << 20;

/// Sets the allocator up, the first time.
#[inline(always)]
pub(crate) fn prepare() {
    if !PREPARED.is_completed() {
        PREPARED.call_once(set_up);
    }
}

#[cold]
#[inline(never)]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn set_up() {
    let tunables = std::env::var("GLIBC_TUNABLES").unwrap_or_default();
    let own = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_"];
    if tunables.contains("glibc.malloc.") || own.iter().any(|name| std::env::var_os(name).is_some())
    {
        return;
    }
    // SAFETY: mallopt may be called at any time, and locks the allocator for it. That it fails, with
    // another allocator in glibc's place, does no harm.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
    }
}

/// Other allocators keep memory as they are.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn set_up() {}
