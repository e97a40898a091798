//! Whole files copied and moved.
