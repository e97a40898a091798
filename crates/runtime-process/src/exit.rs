//! The end of this process.

use std::cell::Cell;

use runtime_core::hooks;

thread_local! {
    /// Whether this thread is on its way out already.
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

/// Writes what is buffered and ends the process. The functions that the program registered with
/// `atexit` run; destructors of what lives on the stacks do not. The system keeps the low 8 bits of
/// `code`.
///
/// Called again by a function that the exit runs, it goes on with the others and changes the code.
/// Of several threads that call it, one ends the process, and the others wait for that.
pub fn exit(code: i32) -> ! {
    if LEAVING.replace(true) {
        // std would take this for a mistake. The system's libraries let it pass.
        // SAFETY: this thread alone is inside of the exit, as std lets no second one in.
        unsafe { libc::exit(code) }
    }
    hooks::run();
    std::process::exit(code)
}
