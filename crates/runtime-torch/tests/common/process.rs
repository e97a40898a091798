//! What Linux tells about this process.
#![allow(unreachable_pub, reason = "each program that uses this is a crate of its own")]

/// Kilobytes: the number in the line of /proc/self/status that begins so ("VmRSS:", "VmHWM:").
pub fn kilobytes(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|found| found.strip_prefix(line)).expect("the line");
    let number = line.trim().strip_suffix("kB").expect("a number of kilobytes");
    number.trim().parse().expect("a number of kilobytes")
}
