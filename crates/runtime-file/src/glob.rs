//! Names by pattern.
