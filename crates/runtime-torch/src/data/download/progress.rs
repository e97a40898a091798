//! How far a download is, on the terminal of the standard error.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar, when somebody sees it.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// The bar of a file that has `size` bytes, `done` of which are there.
    pub(super) fn new(name: &'static str, size: u64, done: u64) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(size).with_style(style).with_message(name).with_position(done);
        // The speed is that of this call, and not of those before it.
        bar.reset_eta();
        Self(Some(bar))
    }

    /// So many bytes are there.
    pub(super) fn at(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.abandon();
        }
    }
}
