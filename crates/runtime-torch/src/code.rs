//! Whether there is code at an address that a program gives as a function.

use std::fs;
use std::ops::Range;

use parking_lot::RwLock;
use runtime_core::error::codes::RT_ERROR_NULL_POINTER;
use runtime_core::{Error, Result};

/// Where code is, as far as somebody asked. Libraries come, so a miss reads the system's list again.
static EXECUTABLE: RwLock<Vec<Range<u64>>> = RwLock::new(Vec::new());

/// The address of a function, in the argument `name`.
///
/// # Errors
/// `RT_ERROR_NULL_POINTER` for 0, `RT_ERROR_INVALID_ARGUMENT` where no code is.
pub fn address(name: &str, number: i64) -> Result<*const ()> {
    let address = number.cast_unsigned();
    if address == 0 {
        return Err(Error::new(RT_ERROR_NULL_POINTER, format!("{name} is null")));
    }
    let known = EXECUTABLE.read().iter().any(|range| range.contains(&address));
    if known || looked_up(address) {
        return Ok(address as usize as *const ());
    }
    Err(Error::invalid(format!("{name} has no code: {address:#x} is no address of any")))
}

#[cold]
fn looked_up(address: u64) -> bool {
    let Ok(list) = fs::read_to_string("/proc/self/maps") else { return is_plausible(address) };
    let ranges: Vec<_> = list.lines().filter_map(executable_range).collect();
    let found = ranges.iter().any(|range| range.contains(&address));
    *EXECUTABLE.write() = ranges;
    found
}

/// `start-end permissions ...`, with x among the permissions.
fn executable_range(line: &str) -> Option<Range<u64>> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    if rest.as_bytes().get(2) != Some(&b'x') {
        return None;
    }
    Some(u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?)
}

/// Where the system has no list: user space, without the first page.
fn is_plausible(address: u64) -> bool {
    (4096..1 << 47).contains(&address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_from_numbers_and_data() {
        let here = functions_are_told_from_numbers_and_data as *const () as i64;
        assert!(address("f", here).is_ok() && address("f", here).is_ok());
        let data = &raw const EXECUTABLE as i64;
        let stack = &raw const data as i64;
        for number in [1, -1, 4096, i64::MIN, i64::MAX, data, stack] {
            assert!(address("f", number).unwrap_err().reason().contains("has no code"));
        }
        assert_eq!(address("f", 0).unwrap_err().code(), RT_ERROR_NULL_POINTER);
    }
}
