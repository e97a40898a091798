//! Directories: making, listing and removing them.
