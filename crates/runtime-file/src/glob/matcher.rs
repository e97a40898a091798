//! Matching one name against a pattern of `*`, `?` and brackets.
//!
//! Names are bytes; what is UTF-8 in them counts by characters, and each byte that is not counts as
//! a character of its own, as in Python.

use runtime_core::Result;

use super::pattern::{broken, class_end};

/// A pattern for a single name.
pub(crate) struct Name {
    units: Vec<Unit>,
    /// Whether it begins with a dot, without which it matches no name that does.
    begins_with_dot: bool,
}

enum Unit {
    Character(u32),
    Any,
    Run,
    Class { is_negated: bool, ranges: Vec<(u32, u32)> },
}

impl Unit {
    fn accepts(&self, character: u32) -> bool {
        match self {
            Self::Character(own) => *own == character,
            Self::Any | Self::Run => true,
            Self::Class { is_negated, ranges } => {
                let is_inside =
                    ranges.iter().any(|&(first, last)| (first..=last).contains(&character));
                is_inside != *is_negated
            }
        }
    }
}

impl Name {
    /// Reads a pattern.
    ///
    /// # Errors
    /// `RT_ERROR_GLOB_PATTERN` when a bracket is not closed or a range runs backwards.
    pub(crate) fn parse(pattern: &[u8]) -> Result<Self> {
        let mut units = Vec::new();
        let mut position = 0;
        while let Some((character, len)) = first_character(&pattern[position..]) {
            let start = position;
            position += len;
            units.push(match pattern[start] {
                b'?' => Unit::Any,
                b'*' if matches!(units.last(), Some(Unit::Run)) => continue,
                b'*' => Unit::Run,
                b'[' => {
                    let end = class_end(pattern, start)
                        .ok_or_else(|| broken(pattern, "a bracket is not closed"))?;
                    position = end + 1;
                    class(&pattern[start + 1..end])
                        .ok_or_else(|| broken(pattern, "a range in brackets runs backwards"))?
                }
                _ => Unit::Character(character),
            });
        }
        Ok(Self { units, begins_with_dot: pattern.first() == Some(&b'.') })
    }

    /// Whether it is the pattern of this name.
    pub(crate) fn matches(&self, name: &[u8]) -> bool {
        if is_hidden(name) && !self.begins_with_dot {
            return false;
        }
        let (mut unit, mut rest) = (0, name);
        // Where to go on when what follows the last `*` does not fit: the `*` takes one more.
        let mut retry: Option<(usize, &[u8])> = None;
        loop {
            match (self.units.get(unit), first_character(rest)) {
                (None, None) => return true,
                (Some(Unit::Run), _) => {
                    unit += 1;
                    retry = Some((unit, rest));
                    continue;
                }
                (Some(wanted), Some((character, len))) if wanted.accepts(character) => {
                    unit += 1;
                    rest = &rest[len..];
                    continue;
                }
                _ => {}
            }
            let Some((after, from)) = retry else { return false };
            let Some((_, len)) = first_character(from) else { return false };
            (unit, rest) = (after, &from[len..]);
            retry = Some((after, rest));
        }
    }
}

/// Whether only a pattern that begins with a dot matches the name.
pub(crate) fn is_hidden(name: &[u8]) -> bool {
    name.first() == Some(&b'.')
}

/// What stands between brackets. `None` when a range runs backwards.
fn class(text: &[u8]) -> Option<Unit> {
    let is_negated = matches!(text.first(), Some(b'!' | b'^'));
    let mut rest = &text[usize::from(is_negated)..];
    let mut ranges = Vec::new();
    while let Some((first, len)) = first_character(rest) {
        rest = &rest[len..];
        let last = rest.strip_prefix(b"-").and_then(first_character);
        // A `-` at the end stands for itself.
        let (last, len) = last.map_or((first, 0), |(last, len)| (last, len + 1));
        rest = &rest[len..];
        if last < first {
            return None;
        }
        ranges.push((first, last));
    }
    Some(Unit::Class { is_negated, ranges })
}

/// The first character and how many bytes it takes. A byte that is no UTF-8 is a number that no
/// character has: the half of a surrogate pair that Python writes for it.
fn first_character(bytes: &[u8]) -> Option<(u32, usize)> {
    let first = *bytes.first()?;
    let len = match first {
        0..=0x7f => return Some((u32::from(first), 1)),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let character = bytes.get(..len).and_then(|bytes| std::str::from_utf8(bytes).ok());
    match character.and_then(|text| text.chars().next()) {
        Some(character) => Some((u32::from(character), len)),
        None => Some((0xdc00 + u32::from(first), 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: impl AsRef<[u8]>) -> bool {
        Name::parse(pattern.as_bytes()).unwrap().matches(name.as_ref())
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert!(matches("?", "é"));
        assert!(matches("[а-я]?", "яё"));
        assert!(matches("??", b"\xff\xfe"));
        assert!(!matches("?", b"\xff\xfe"));
        assert!(matches("?a", b"\xe2a"));
        assert!(matches("*\n*", "a\nb"));
        assert!(matches("[!a]", b"\x80"));
    }

    #[test]
    fn a_run_takes_as_much_as_it_must() {
        assert!(matches("a*b*c", "abbbcbc"));
        assert!(!matches("a*b*c", "abbbcb"));
        assert!(matches("***", ""));
        assert!(matches("*.tar.*", "x.tar.tar.gz"));
        // Exponential in a matcher that goes back to every star.
        let long = "a".repeat(5000);
        assert!(!matches(&"*a".repeat(30), format!("{long}b")));
    }

    #[test]
    fn brackets() {
        assert!(matches("[]a]", "]") && matches("[]a]", "a"));
        assert!(matches("[!]a]", "b") && !matches("[!]a]", "]"));
        assert!(matches("[^a-c]", "d") && !matches("[^a-c]", "b"));
        assert!(matches("[a-]", "-") && matches("[-a]", "-") && matches("[a-c-e]", "-"));
        assert!(matches("[a^!]", "^") && matches("[*]", "*") && !matches("[*]", "x"));
        assert!(!matches("[.]x", ".x") && !matches("?x", ".x") && matches(".?", ".x"));
        for pattern in ["[", "a[b", "[]", "[!]", "[z-a]"] {
            assert!(Name::parse(pattern.as_bytes()).is_err(), "{pattern}");
        }
    }
}
