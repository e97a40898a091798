//! Colours and the line that moves, on a terminal only.

use std::io::{IsTerminal, Write, stdout};

/// Whether a person is watching.
pub fn is_live() -> bool {
    stdout().is_terminal()
}

/// The text in green where colours show.
pub fn green(text: &str) -> String {
    coloured("32", text)
}

/// The text in red where colours show.
pub fn red(text: &str) -> String {
    coloured("31", text)
}

/// The text in bold where colours show.
pub fn bold(text: &str) -> String {
    coloured("1", text)
}

/// The text in a faint colour where colours show.
pub fn faint(text: &str) -> String {
    coloured("2", text)
}

/// Shows a line that the next [`erase`] takes away again. Does nothing without a terminal.
pub fn show_briefly(text: &str) {
    if is_live() {
        print!("\r\x1b[K{text}");
        flush();
    }
}

/// Takes away what [`show_briefly`] showed.
pub fn erase() {
    if is_live() {
        print!("\r\x1b[K");
        flush();
    }
}

fn flush() {
    // A terminal that is gone has nobody left to see the line.
    let _ = stdout().flush();
}

fn coloured(code: &str, text: &str) -> String {
    if is_live() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
}
