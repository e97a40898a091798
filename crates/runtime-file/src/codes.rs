//! The error codes of this area: 900 to 999.

/// A path that is empty or has a zero byte inside.
pub const RT_ERROR_PATH: i64 = 900;
/// The number is no open descriptor; `rt_last_error_errno` is EBADF.
pub const RT_ERROR_DESCRIPTOR: i64 = 901;
/// Descriptors 0 to 2 belong to the process: they are not closed.
pub const RT_ERROR_STANDARD_DESCRIPTOR: i64 = 902;
/// The file is no regular file where one is needed: a directory, a pipe, a device.
pub const RT_ERROR_NOT_REGULAR: i64 = 903;
/// The address and length are not within one live map of `rt_file_mmap`.
pub const RT_ERROR_NOT_MAPPED: i64 = 904;
/// The map would begin at or behind the end of the file.
pub const RT_ERROR_BEYOND_END: i64 = 905;

/// A glob pattern that is empty or broken: a bracket or brace that is not closed, a range that runs
/// backwards, too many alternatives.
pub const RT_ERROR_GLOB_PATTERN: i64 = 950;
/// The directory is one that is not removed: the root, one in it, the current or the home directory,
/// or one that these are in.
pub const RT_ERROR_PROTECTED: i64 = 951;
