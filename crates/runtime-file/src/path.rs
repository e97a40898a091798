//! Paths as text: their parts, and what they come to.
