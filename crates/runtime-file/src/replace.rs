//! Replacing a file in one step.
