//! What can be wrong with base64 text, and where.

use runtime_core::Error;

use crate::codes;
use crate::shown::Shown;

/// Why a text is no base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A byte that is neither in the alphabet nor white space.
    Character(u8),
    /// A `=` where no padding may stand, or in a variant that has none.
    UnexpectedPadding,
    /// Another character than `=` inside or after the padding.
    AfterPadding,
    /// The text ends before its padding.
    MissingPadding,
    /// The text ends with one character of a group, which holds no whole byte.
    Truncated,
    /// The last character has bits set that belong to no byte.
    Bits,
}

/// The first thing that is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    reason: Reason,
    position: u64,
}

impl Malformed {
    pub(super) fn new(reason: Reason, position: u64) -> Self {
        Self { reason, position }
    }

    /// What is wrong.
    pub fn reason(self) -> Reason {
        self.reason
    }

    /// The byte that is to blame, counted from 0 over everything that was passed, white space and
    /// earlier pieces of a stream too. The text's length where something is missing at the end.
    pub fn position(self) -> u64 {
        self.position
    }
}

impl From<Malformed> for Error {
    #[cold]
    fn from(malformed: Malformed) -> Self {
        let at = malformed.position;
        let (code, reason) = match malformed.reason {
            Reason::Character(byte) => (
                codes::RT_ERROR_BASE64_CHARACTER,
                format!("input has {} at position {at}, which is no base64 character", Shown(byte)),
            ),
            Reason::UnexpectedPadding => (
                codes::RT_ERROR_BASE64_PADDING,
                format!("input has '=' at position {at}, where no padding may stand"),
            ),
            Reason::AfterPadding => (
                codes::RT_ERROR_BASE64_PADDING,
                format!("input goes on at position {at}, after padding began"),
            ),
            Reason::MissingPadding => (
                codes::RT_ERROR_BASE64_PADDING,
                format!("input ends at position {at} without its padding"),
            ),
            Reason::Truncated => (
                codes::RT_ERROR_BASE64_TRUNCATED,
                format!("input ends at position {at}, one character into a group of four"),
            ),
            Reason::Bits => (
                codes::RT_ERROR_BASE64_BITS,
                format!("input has bits at position {at} that belong to no byte"),
            ),
        };
        Self::new(code, reason)
    }
}
