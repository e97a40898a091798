//! Whether there is room for a tensor: not only in the memory of the machine, but in what is left of it.
//!
//! A module makes several tensors one after the other. Each may fit by itself, and all together not: the
//! system would promise the memory and end the process when it is used.

use std::fs;

use runtime_core::{Error, Result};
use tch::{Device, Kind};

use crate::{codes, memory};

/// Tensors below this are not worth a look at what is left.
const LARGE: u64 = 256 << 20;

/// As [`memory::check`], and refuses a large tensor for which too little is left.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`.
pub(super) fn check(name: &str, shape: &[i64], kind: Kind, device: Device) -> Result<()> {
    memory::check(name, shape, kind, device)?;
    let bytes = bytes(shape, kind);
    if bytes < LARGE || device != Device::Cpu {
        return Ok(());
    }
    match left() {
        // A sixteenth stays for everything else.
        Some(left) if bytes > left - left / 16 => Err(Error::new(
            codes::RT_ERROR_TORCH_TOO_LARGE,
            format!("{name} {shape:?} is too large: {bytes} bytes where {left} are left"),
        )),
        _ => Ok(()),
    }
}

/// Whether a tensor is so large that it matters when its memory is taken.
pub(super) fn is_large(shape: &[i64], kind: Kind) -> bool {
    bytes(shape, kind) >= LARGE
}

fn bytes(shape: &[i64], kind: Kind) -> u64 {
    let element = u64::try_from(kind.elt_size_in_bytes()).unwrap_or(16);
    let sizes = shape.iter().map(|size| u64::try_from(*size).unwrap_or(0));
    if shape.contains(&0) { 0 } else { sizes.fold(element, u64::saturating_mul) }
}

/// The memory that the machine and the control group have left, where the system tells.
fn left() -> Option<u64> {
    let group = || -> Option<u64> {
        let number = |path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
        let most = number("/sys/fs/cgroup/memory.max")?;
        Some(most.saturating_sub(number("/sys/fs/cgroup/memory.current")?))
    };
    let machine = || -> Option<u64> {
        let text = fs::read_to_string("/proc/meminfo").ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        kilobytes.checked_mul(1024)
    };
    match (group(), machine()) {
        (Some(group), Some(machine)) => Some(group.min(machine)),
        (group, machine) => group.or(machine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_bounds_large_tensors() {
        let Some(left) = left() else { return };
        let check = |bytes: u64| {
            let size = i64::try_from(bytes).unwrap_or(i64::MAX);
            check("shape", &[size], Kind::Uint8, Device::Cpu)
        };
        assert!(check(1024).is_ok());
        let error = check(left.saturating_mul(2)).unwrap_err();
        assert_eq!(error.code(), codes::RT_ERROR_TORCH_TOO_LARGE);
        assert_eq!(bytes(&[2, 3], Kind::Float), 24);
        assert_eq!(bytes(&[0, i64::MAX], Kind::Float), 0);
        assert_eq!(bytes(&[i64::MAX, i64::MAX], Kind::Float), u64::MAX);
    }
}
