//! The error codes of this area: 1000 to 1099.

/// The name of an environment variable that is empty, or has `=` or a zero byte in it.
pub const RT_ERROR_ENV_NAME: i64 = 1000;
/// The value of an environment variable that has a zero byte in it.
pub const RT_ERROR_ENV_VALUE: i64 = 1001;
/// There is no program of this name.
pub const RT_ERROR_PROGRAM_NOT_FOUND: i64 = 1010;
/// The program is there and cannot be run: a directory, without permission, or of no known format.
pub const RT_ERROR_PROGRAM_NOT_EXECUTABLE: i64 = 1011;
/// A process was ended by a signal.
pub const RT_ERROR_PROCESS_SIGNALED: i64 = 1020;
/// A process was ended because its time was up.
pub const RT_ERROR_PROCESS_TIMED_OUT: i64 = 1021;
/// A process wrote more than was to be kept.
pub const RT_ERROR_PROCESS_OUTPUT_CUT: i64 = 1022;
/// The number is that of no process that this one started, or whose end was fetched before.
pub const RT_ERROR_NOT_A_CHILD: i64 = 1023;
/// A process has ended, and how is unknown: the program ignores SIGCHLD or waited for it elsewhere.
pub const RT_ERROR_PROCESS_STATUS_LOST: i64 = 1024;
/// A stream of a process that is no pipe, or was closed.
pub const RT_ERROR_PROCESS_NO_PIPE: i64 = 1025;
/// The process reads its standard input no more.
pub const RT_ERROR_PROCESS_CLOSED_PIPE: i64 = 1026;
/// An option that does not exist, or not in this function.
pub const RT_ERROR_PROCESS_OPTION: i64 = 1027;
