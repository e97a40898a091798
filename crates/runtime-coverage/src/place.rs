//! One pointer for each thread, reached without a call.
//!
//! A thread-local of Rust that is linked into a shared library is reached through a call of the
//! loader, which takes longer than the rest of a probe. On Linux with x86-64 the pointer therefore
//! lies in the block of thread-locals that every thread has from its start (the model that ELF calls
//! initial-exec, as allocators use it): two loads. Elsewhere it is a thread-local of Rust.

pub(crate) use platform::{get, set};

#[cfg(all(target_os = "linux", target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
mod platform {
    use std::arch::{asm, global_asm};

    use crate::local::Local;

    // Eight zero bytes for each thread. Hidden: one for each library or program that this is linked
    // into, and not among its symbols.
    global_asm!(
        ".pushsection .tbss.runtime_coverage_place, \"awT\", @nobits",
        ".globl runtime_coverage_place",
        ".hidden runtime_coverage_place",
        ".type runtime_coverage_place, @object",
        ".size runtime_coverage_place, 8",
        ".p2align 3",
        "runtime_coverage_place:",
        ".zero 8",
        ".popsection",
    );

    /// This thread's pointer; null at first.
    #[inline(always)]
    pub(crate) fn get() -> *mut Local {
        let local: *mut Local;
        // SAFETY: reads the eight bytes above of this thread, which hold null or what `set` wrote.
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
    use std::ptr;

    use crate::local::Local;

    thread_local! {
        // Without a destructor, so that it can be reached as long as the thread runs.
        static PLACE: Cell<*mut Local> = const { Cell::new(ptr::null_mut()) };
    }

    /// This thread's pointer; null at first.
    #[inline(always)]
    pub(crate) fn get() -> *mut Local {
        PLACE.get()
    }

    /// Sets this thread's pointer.
    pub(crate) fn set(local: *mut Local) {
        PLACE.set(local);
    }
}
