//! One pointer for each thread, reached without a call.
//!
//! A thread-local of Rust that is linked into a shared library is reached through a call of the
//! loader, which takes longer than the rest of a probe. On Linux with x86-64 the pointer therefore
//! lies in the block of thread-locals that every thread has from its start (the model that ELF calls
//! initial-exec, as allocators use it): two loads. Elsewhere it is a thread-local of Rust.

pub(crate) use platform::{get, nobody, set};

/// What a thread's pointer points to before the thread counts: a state that is never reached. So a probe
/// compares states, and need not look for null.
const NO_STATE: u64 = u64::MAX;

#[cfg(all(target_os = "linux", target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
mod platform {
    use std::arch::{asm, global_asm};

    use super::NO_STATE;
    use crate::local::Local;

    // The pointer, for each thread, and what it points to at first. Hidden: one for each library or
    // program that this is linked into, and not among its symbols.
    global_asm!(
        ".pushsection .rodata.runtime_coverage_nobody, \"a\", @progbits",
        ".globl runtime_coverage_nobody",
        ".hidden runtime_coverage_nobody",
        ".type runtime_coverage_nobody, @object",
        ".size runtime_coverage_nobody, 8",
        ".p2align 3",
        "runtime_coverage_nobody:",
        ".quad {no_state}",
        ".popsection",
        ".pushsection .tdata.runtime_coverage_place, \"awT\", @progbits",
        ".globl runtime_coverage_place",
        ".hidden runtime_coverage_place",
        ".type runtime_coverage_place, @object",
        ".size runtime_coverage_place, 8",
        ".p2align 3",
        "runtime_coverage_place:",
        ".quad runtime_coverage_nobody",
        ".popsection",
        no_state = const NO_STATE,
    );

    unsafe extern "C" {
        #[link_name = "runtime_coverage_nobody"]
        static NOBODY: u64;
    }

    /// What the pointer is at first.
    pub(crate) fn nobody() -> *mut Local {
        (&raw const NOBODY).cast_mut().cast()
    }

    /// This thread's pointer.
    #[inline(always)]
    pub(crate) fn get() -> *mut Local {
        let local: *mut Local;
        // SAFETY: reads the eight bytes above of this thread, which hold what they began with or what `set` wrote.
        unsafe {
            asm!(
                "mov {local}, qword ptr [rip + runtime_coverage_place@GOTTPOFF]",
                "mov {local}, qword ptr fs:[{local}]",
                local = out(reg) local,
                options(nostack, preserves_flags, readonly),
            );
        }
        local
    }

    /// Sets this thread's pointer.
    pub(crate) fn set(local: *mut Local) {
        // SAFETY: writes the eight bytes above of this thread, which nothing but `get` reads.
        unsafe {
            asm!(
                "mov {offset}, qword ptr [rip + runtime_coverage_place@GOTTPOFF]",
                "mov qword ptr fs:[{offset}], {local}",
                offset = out(reg) _,
                local = in(reg) local,
                options(nostack, preserves_flags),
            );
        }
    }
}

#[cfg(not(all(
    target_os = "linux",
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(miri)
)))]
mod platform {
    use std::cell::Cell;

    use super::NO_STATE;
    use crate::local::Local;

    static NOBODY: u64 = NO_STATE;

    thread_local! {
        // Without a destructor, so that it can be reached as long as the thread runs.
        static PLACE: Cell<*mut Local> = const { Cell::new((&raw const NOBODY).cast_mut().cast()) };
    }

    /// What the pointer is at first.
    pub(crate) fn nobody() -> *mut Local {
        (&raw const NOBODY).cast_mut().cast()
    }

    /// This thread's pointer.
    #[inline(always)]
    pub(crate) fn get() -> *mut Local {
        PLACE.get()
    }

    /// Sets this thread's pointer.
    pub(crate) fn set(local: *mut Local) {
        PLACE.set(local);
    }
}
