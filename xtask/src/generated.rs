//! Files that are written by a command and kept in the repository.

use std::fs;
use std::path::Path;

use crate::Result;

/// What to do with a generated text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Write it where it differs.
    Write,
    /// Only say whether the file is as it would be written.
    Check,
}

impl Mode {
    /// The mode that a command's arguments ask for: `--check` or nothing.
    pub fn of(arguments: &[String]) -> Result<Self> {
        match arguments {
            [] => Ok(Self::Write),
            [only] if only == "--check" => Ok(Self::Check),
            _ => Err("the only argument is --check".into()),
        }
    }
}

/// Brings the file to `text`, or with [`Mode::Check`] fails when it is anything else and names the
/// `mend` command. Returns whether the file was written.
pub fn settle(path: &Path, text: &str, mode: Mode, mend: &str) -> Result<bool> {
    let present = fs::read_to_string(path).unwrap_or_default();
    if present == text {
        return Ok(false);
    }
    if mode == Mode::Check {
        let difference = first_difference(&present, text);
        return Err(format!(
            "{} is not what the sources say; `{mend}` mends it\n{difference}",
            path.display()
        )
        .into());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(true)
}

fn first_difference(present: &str, wanted: &str) -> String {
    let lines = present.lines().map(Some).chain(std::iter::repeat(None));
    let pairs = wanted.lines().map(Some).chain([None]).zip(lines).enumerate();
    for (number, (wanted, present)) in pairs {
        if wanted != present {
            return format!(
                "line {}\n  is:        {}\n  should be: {}",
                number + 1,
                present.unwrap_or("(nothing)"),
                wanted.unwrap_or("(nothing)")
            );
        }
    }
    String::from("the ends of the lines differ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        assert!(first_difference("a\nb\n", "a\nc\n").starts_with("line 2\n  is:        b"));
        assert!(first_difference("a\n", "a\nc\n").contains("is:        (nothing)"));
        assert!(first_difference("a\nb\n", "a\n").contains("should be: (nothing)"));
    }
}
