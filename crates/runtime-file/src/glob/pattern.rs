//! Patterns of paths: braces taken apart, then names between slashes.

use std::ffi::CString;

use runtime_core::{Error, Result};

use super::matcher::Name;
use crate::codes;

/// A pattern stands for no more alternatives than these, nor do they take more bytes.
const MOST_ALTERNATIVES: usize = 4096;
const MOST_BYTES: usize = 1 << 20;

/// One alternative of a pattern, without braces.
pub(crate) struct Pattern {
    /// The names at the start in which nothing is special; they may be none.
    pub(crate) prefix: CString,
    /// What follows them.
    pub(crate) steps: Vec<Step>,
    /// Whether a slash at the end asks for directories.
    pub(crate) wants_directory: bool,
}

/// A part of a pattern.
pub(crate) enum Step {
    /// A name that fits.
    Name(Name),
    /// Exactly these names, one below the other.
    Fixed(CString),
    /// `**`: any number of directories.
    Tree,
}

impl Pattern {
    /// The alternatives of a pattern of paths.
    ///
    /// # Errors
    /// `RT_ERROR_GLOB_PATTERN` when it is empty, has a bracket or brace that is not closed, a range
    /// that runs backwards, or too many alternatives.
    pub(crate) fn parse(pattern: &[u8]) -> Result<Vec<Self>> {
        expand(pattern)?.iter().map(|one| Self::parse_one(one)).collect()
    }

    /// The alternatives of a pattern of names, `depth` deep: in one directory or in a whole tree.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and when there is a slash in it.
    pub(crate) fn parse_names(pattern: &[u8], is_recursive: bool) -> Result<Vec<Self>> {
        let names = names(pattern)?;
        let pattern = |name| {
            let mut steps = Vec::with_capacity(2);
            if is_recursive {
                steps.push(Step::Tree);
            }
            steps.push(Step::Name(name));
            Self { prefix: CString::default(), steps, wants_directory: false }
        };
        Ok(names.into_iter().map(pattern).collect())
    }

    fn parse_one(pattern: &[u8]) -> Result<Self> {
        let mut prefix = if pattern.starts_with(b"/") { b"/".to_vec() } else { Vec::new() };
        let mut steps: Vec<Step> = Vec::new();
        let mut fixed: Vec<u8> = Vec::new();
        for part in pattern.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
            let step = match part {
                b"**" if matches!(steps.last(), Some(Step::Tree)) && fixed.is_empty() => continue,
                b"**" => Step::Tree,
                part if is_special(part) => Step::Name(Name::parse(part)?),
                part => {
                    let names = if steps.is_empty() { &mut prefix } else { &mut fixed };
                    if !matches!(names.last(), None | Some(b'/')) {
                        names.push(b'/');
                    }
                    names.extend_from_slice(part);
                    continue;
                }
            };
            if !fixed.is_empty() {
                steps.push(Step::Fixed(text(std::mem::take(&mut fixed))?));
            }
            steps.push(step);
        }
        if !fixed.is_empty() {
            steps.push(Step::Fixed(text(fixed)?));
        }
        Ok(Self { prefix: text(prefix)?, steps, wants_directory: pattern.ends_with(b"/") })
    }
}

/// The alternatives of a pattern for a single name.
///
/// # Errors
/// As [`Pattern::parse_names`].
pub(crate) fn names(pattern: &[u8]) -> Result<Vec<Name>> {
    if pattern.contains(&b'/') {
        return Err(broken(pattern, "a name has no slash"));
    }
    expand(pattern)?.iter().map(|one| Name::parse(one)).collect()
}

/// Whether anything but braces is special in the pattern of a name.
fn is_special(part: &[u8]) -> bool {
    part.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// Where the bracket that opens at `start` closes: in the same name, and not at once.
pub(crate) fn class_end(pattern: &[u8], start: usize) -> Option<usize> {
    let mut first = start + 1;
    if matches!(pattern.get(first), Some(b'!' | b'^')) {
        first += 1;
    }
    // A `]` that comes first is in the class.
    let inside = pattern.get(first + 1..)?;
    if pattern[first] == b'/' {
        return None;
    }
    let end = inside.iter().position(|byte| matches!(byte, b']' | b'/'))?;
    (inside[end] == b']').then_some(first + 1 + end)
}

#[cold]
pub(crate) fn broken(pattern: &[u8], why: &str) -> Error {
    const SHOWN: usize = 80;
    let text = String::from_utf8_lossy(&pattern[..pattern.len().min(SHOWN)]);
    let dots = if pattern.len() > SHOWN { "..." } else { "" };
    Error::new(codes::RT_ERROR_GLOB_PATTERN, format!("pattern {text:?}{dots} is broken: {why}"))
}

/// The texts that a pattern with braces stands for.
fn expand(pattern: &[u8]) -> Result<Vec<Vec<u8>>> {
    if pattern.is_empty() {
        return Err(broken(pattern, "it is empty"));
    }
    let mut waiting = vec![pattern.to_vec()];
    let mut done = Vec::new();
    let mut bytes = 0;
    while let Some(text) = waiting.pop() {
        let Some(choice) = Choice::first(&text)? else {
            done.push(text);
            continue;
        };
        for alternative in choice.alternatives() {
            let parts = [&text[..choice.open], &text[alternative], &text[choice.close + 1..]];
            waiting.push(parts.concat());
            bytes += waiting.last().map_or(0, Vec::len);
        }
        if waiting.len() + done.len() > MOST_ALTERNATIVES || bytes > MOST_BYTES {
            return Err(broken(pattern, "its braces stand for too many patterns"));
        }
    }
    Ok(done)
}

/// Braces with commas between them.
struct Choice {
    open: usize,
    close: usize,
    commas: Vec<usize>,
}

impl Choice {
    /// The first choice that is in no other one.
    fn first(pattern: &[u8]) -> Result<Option<Self>> {
        let mut open: Vec<Self> = Vec::new();
        let mut first: Option<Self> = None;
        let mut position = 0;
        while let Some(byte) = pattern.get(position) {
            match byte {
                b'[' => {
                    position = class_end(pattern, position)
                        .ok_or_else(|| broken(pattern, "a bracket is not closed"))?;
                }
                b'{' => open.push(Self { open: position, close: position, commas: Vec::new() }),
                b',' => {
                    if let Some(choice) = open.last_mut() {
                        choice.commas.push(position);
                    }
                }
                b'}' => {
                    if let Some(mut choice) = open.pop()
                        // Without a comma, braces are characters as others.
                        && !choice.commas.is_empty()
                        && first.as_ref().is_none_or(|first| choice.open < first.open)
                    {
                        choice.close = position;
                        first = Some(choice);
                    }
                }
                _ => {}
            }
            position += 1;
        }
        if open.is_empty() { Ok(first) } else { Err(broken(pattern, "a brace is not closed")) }
    }

    fn alternatives(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(self.open).chain(self.commas.iter().copied());
        let ends = self.commas.iter().copied().chain(std::iter::once(self.close));
        starts.zip(ends).map(|(start, end)| start + 1..end)
    }
}

fn text(bytes: Vec<u8>) -> Result<CString> {
    CString::new(bytes).map_err(|error| broken(&error.into_vec(), "a zero byte is in no name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(pattern: &str) -> Vec<String> {
        let mut texts: Vec<String> = expand(pattern.as_bytes())
            .unwrap()
            .into_iter()
            .map(|text| String::from_utf8(text).unwrap())
            .collect();
        texts.sort();
        texts
    }

    #[test]
    fn braces_as_in_bash() {
        assert_eq!(expanded("a{b,c}d"), ["abd", "acd"]);
        assert_eq!(expanded("{a,b{1,2},}x"), ["ax", "b1x", "b2x", "x"]);
        assert_eq!(expanded("{a,b}{c,d}"), ["ac", "ad", "bc", "bd"]);
        assert_eq!(expanded("{a}"), ["{a}"]);
        assert_eq!(expanded("{}"), ["{}"]);
        assert_eq!(expanded("a}"), ["a}"]);
        assert_eq!(expanded("{{a,b}}"), ["{a}", "{b}"]);
        assert_eq!(expanded("[{]a,b[}]"), ["[{]a,b[}]"]);
        assert_eq!(expanded("{[,],x}"), ["[,]", "x"]);
        for pattern in ["{a,b", "{a,{b}", "{", "[{a,b}", ""] {
            assert!(expand(pattern.as_bytes()).is_err(), "{pattern}");
        }
    }

    #[test]
    fn alternatives_have_a_limit() {
        assert_eq!(expand("{a,b}".repeat(12).as_bytes()).unwrap().len(), 4096);
        assert!(expand("{a,b}".repeat(13).as_bytes()).is_err());
        assert!(expand("{a,b}".repeat(100_000).as_bytes()).is_err());
        assert!(
            expand(format!("{}{}", "{".repeat(100_000), "}".repeat(100_000)).as_bytes()).is_ok()
        );
        let long = format!("{}{}", "{a,b}".repeat(10), "x".repeat(10_000));
        assert!(expand(long.as_bytes()).is_err());
    }
}
