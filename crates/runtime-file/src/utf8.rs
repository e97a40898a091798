//! Whether bytes are text, checked in pieces where there are many: a piece that was just read, or
//! is about to be written, is in the processor's cache, and a second way through all of memory is
//! saved.

use runtime_core::{Result, arguments};

/// As much as is read or written between two checks: less than the second-level cache holds.
pub(crate) const PIECE: usize = 256 << 10;

/// `bytes` as text; `name` says what they are, in the error.
///
/// # Errors
/// `RT_ERROR_NOT_UTF8` with the position of the first bad byte.
pub(crate) fn text(name: impl FnOnce() -> String, bytes: &[u8]) -> Result<&str> {
    // The fast check does not know where.
    simdutf8::basic::from_utf8(bytes).or_else(|_| arguments::utf8(&name(), bytes))
}

/// How far bytes that become more are known to be text.
#[derive(Default)]
pub(crate) struct Checked(usize);

impl Checked {
    /// Checks those of `bytes` that were not checked before, but for a character that may be
    /// unfinished at their end.
    ///
    /// # Errors
    /// As [`text`].
    pub(crate) fn more(&mut self, name: impl FnOnce() -> String, bytes: &[u8]) -> Result<()> {
        let end = self.0 + whole_characters(&bytes[self.0..]);
        if simdutf8::basic::from_utf8(&bytes[self.0..end]).is_err() {
            return text(name, &bytes[..end]).map(drop);
        }
        self.0 = end;
        Ok(())
    }

    /// Checks what is left, when `bytes` are all there are.
    ///
    /// # Errors
    /// As [`text`].
    pub(crate) fn all(self, name: impl FnOnce() -> String, bytes: &[u8]) -> Result<()> {
        match simdutf8::basic::from_utf8(&bytes[self.0..]) {
            Ok(_) => Ok(()),
            Err(_) => text(name, bytes).map(drop),
        }
    }
}

/// How many of `bytes` are left when a character that is cut off at their end is taken away. Of
/// bytes that are no text, any number.
pub(crate) fn whole_characters(bytes: &[u8]) -> usize {
    let tail = bytes.iter().rev().take(4).position(|byte| *byte & 0xc0 != 0x80);
    let Some(follow) = tail else { return bytes.len() };
    let start = bytes.len() - follow - 1;
    let wanted = match bytes[start] {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
        _ => 1,
    };
    if follow + 1 < wanted { start } else { bytes.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> String {
        String::from("text")
    }

    #[test]
    fn characters_are_not_cut() {
        let text = "aä€🦊";
        let ends: Vec<usize> =
            (0..=text.len()).map(|end| whole_characters(&text.as_bytes()[..end])).collect();
        assert_eq!(ends, [0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10]);
        // What is no text is whole as it is, or is left to a later check.
        assert_eq!(whole_characters(b"\x80\x80\x80\x80\x80"), 5);
        assert_eq!(whole_characters(b"a\xff"), 1);
        assert_eq!(whole_characters(b""), 0);
    }

    /// Every way to cut gives the answer of the standard library for the whole, position included.
    #[test]
    fn pieces_are_as_the_whole() {
        let texts: [&[u8]; 9] = [
            "aä€🦊z".as_bytes(),
            b"",
            b"ab\xffcd",
            b"a\xc3",
            b"a\xe2\x82",
            b"\xe2\x82a\xac",
            b"\xf0\x9f\xa6\xc3\xa4",
            b"\x80\x80\x80\x80\x80\x80",
            b"\xed\xa0\x80 half of a pair",
        ];
        for whole in texts {
            let expected = arguments::utf8("text", whole).map(drop).map_err(|e| e.to_string());
            for step in 1..=whole.len().max(1) {
                let mut checked = Checked::default();
                let found = (0..whole.len())
                    .step_by(step)
                    .skip(1)
                    .try_for_each(|end| checked.more(name, &whole[..end]))
                    .and_then(|()| checked.all(name, whole));
                assert_eq!(found.map_err(|e| e.to_string()), expected, "{whole:?} by {step}");
            }
        }
    }
}
