//! The value word.
