//! Memory maps of files, by address.
