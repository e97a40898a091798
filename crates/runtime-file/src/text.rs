//! Whole files as text and as bytes.
