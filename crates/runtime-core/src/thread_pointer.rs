//! One pointer for each thread, reached without a call.
//!
//! A thread-local of Rust that is linked into a shared library is reached through a call of the loader, which
//! takes longer than what it is often needed for. On Linux with x86-64 the pointer therefore lies in the block
//! of thread-locals that every thread has from its start (the model that ELF calls initial-exec, as allocators
//! use it): two loads. Elsewhere it is a thread-local of Rust.

/// Makes a module with a pointer for each thread: `get()` returns this thread's, `set(pointer)` sets it.
///
/// Takes the module's name, the type pointed to, a name for the pointer that no other library has, and what it
/// points to at first: `null`, or the name of a static.
///
/// # Example
/// ```
/// runtime_core::thread_pointer! { mod counter: u64 = "example_counter", null }
///
/// assert!(counter::get().is_null());
/// let count = Box::into_raw(Box::new(7));
/// counter::set(count);
/// std::thread::scope(|scope| {
///     scope.spawn(|| assert!(counter::get().is_null()));
/// });
/// assert_eq!(counter::get(), count);
/// # drop(unsafe { Box::from_raw(count) });
/// ```
#[macro_export]
macro_rules! thread_pointer {
    ($visibility:vis mod $module:ident: $type:ty = $symbol:literal, null) => {
        $crate::thread_pointer! {
            @make $visibility $module, $type, $symbol, [const 0], ::std::ptr::null_mut()
        }
    };
    ($visibility:vis mod $module:ident: $type:ty = $symbol:literal, $first:ident) => {
        $crate::thread_pointer! {
            @make $visibility $module, $type, $symbol, [sym $first], (&raw const $first).cast_mut().cast()
        }
    };
    (@make $visibility:vis $module:ident, $type:ty, $symbol:literal, [$($operand:tt)+], $initial:expr) => {
        #[cfg(all(target_os = "linux", target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
        $visibility mod $module {
            #[allow(unused_imports, reason = "the type and the constant may need what is beside the module")]
            use super::*;

            // Hidden: one for each library or program that this is linked into, and not among its symbols.
            ::std::arch::global_asm!(
                concat!(".pushsection .tdata.", $symbol, ", \"awT\", @progbits"),
                concat!(".globl ", $symbol),
                concat!(".hidden ", $symbol),
                concat!(".type ", $symbol, ", @object"),
                concat!(".size ", $symbol, ", 8"),
                ".p2align 3",
                concat!($symbol, ":"),
                ".quad {first}",
                ".popsection",
                first = $($operand)+,
            );

            /// This thread's pointer.
            #[inline(always)]
            pub(crate) fn get() -> *mut $type {
                let pointer: *mut $type;
                // SAFETY: reads the eight bytes above of this thread, which hold what they began with or what
                // `set` wrote.
                unsafe {
                    ::std::arch::asm!(
                        concat!("mov {pointer}, qword ptr [rip + ", $symbol, "@GOTTPOFF]"),
                        "mov {pointer}, qword ptr fs:[{pointer}]",
                        pointer = out(reg) pointer,
                        options(nostack, preserves_flags, readonly),
                    );
                }
                pointer
            }

            /// Sets this thread's pointer.
            pub(crate) fn set(pointer: *mut $type) {
                // SAFETY: writes the eight bytes above of this thread, which nothing but `get` reads.
                unsafe {
                    ::std::arch::asm!(
                        concat!("mov {offset}, qword ptr [rip + ", $symbol, "@GOTTPOFF]"),
                        "mov qword ptr fs:[{offset}], {pointer}",
                        offset = out(reg) _,
                        pointer = in(reg) pointer,
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
        $visibility mod $module {
            #[allow(unused_imports, reason = "the type and the constant may need what is beside the module")]
            use super::*;

            ::std::thread_local! {
                // Without a destructor, so that it can be reached as long as the thread runs.
                static POINTER: ::std::cell::Cell<*mut $type> =
                    const { ::std::cell::Cell::new($initial) };
            }

            /// This thread's pointer.
            #[inline(always)]
            pub(crate) fn get() -> *mut $type {
                POINTER.get()
            }

            /// Sets this thread's pointer.
            pub(crate) fn set(pointer: *mut $type) {
                POINTER.set(pointer);
            }
        }
    };
}
