//! The guard against absurd sizes: a tensor that cannot fit is an error, not the end of the process.
//!
//! Linux promises more memory than there is, and ends a process that uses it. So what is larger than the
//! memory of the machine, or of the control group, is refused before LibTorch is asked; and what is large
//! at all is refused when too little is left, since several tensors may each fit by themselves and all
//! together not.

use std::fs;
use std::sync::LazyLock;

use runtime_core::{Error, Result};
use tch::{Device, Kind};

use crate::codes;

/// Tensors below this are not worth a look at what is left, which reads two files of the system.
const LARGE: u64 = 256 << 20;

/// Refuses a shape of negative sizes, and one whose elements are more than there is memory for.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn check(name: &str, shape: &[i64], kind: Kind, device: Device) -> Result<()> {
    if let Some(size) = shape.iter().find(|size| **size < 0) {
        return Err(Error::invalid(format!("{name} has the negative size {size}")));
    }
    let bytes = bytes(shape, kind);
    // A GPU's own allocator knows what it has, and says so.
    if bytes < LARGE || device != Device::Cpu {
        return Ok(());
    }
    let refuse = |why: String| {
        let text = format!("{name} {shape:?} is too large: {bytes} bytes {why}");
        Err(Error::new(codes::RT_ERROR_TORCH_TOO_LARGE, text))
    };
    if bytes > *INSTALLED {
        return refuse(String::from("are more than the memory"));
    }
    // A sixteenth stays for everything else.
    let too_large = |left: u64| (bytes > left - left / 16).then_some(left);
    if left().and_then(too_large).is_none() {
        return Ok(());
    }
    // What is kept for other tensors is left, too.
    torch_shim::memory::empty();
    match left().and_then(too_large) {
        Some(left) => refuse(format!("where {left} are left")),
        None => Ok(()),
    }
}

/// Whether a tensor is so large that it matters when its memory is taken.
pub fn is_large(shape: &[i64], kind: Kind) -> bool {
    bytes(shape, kind) >= LARGE
}

fn bytes(shape: &[i64], kind: Kind) -> u64 {
    let element = u64::try_from(kind.elt_size_in_bytes()).unwrap_or(16);
    let sizes = shape.iter().map(|size| u64::try_from(*size).unwrap_or(0));
    if shape.contains(&0) { 0 } else { sizes.fold(element, u64::saturating_mul) }
}

/// The memory of the machine or of the control group, whichever is less.
static INSTALLED: LazyLock<u64> = LazyLock::new(|| {
    // SAFETY: sysconf only reads numbers of the system.
    let (pages, page) =
        unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    let machine = match (u64::try_from(pages), u64::try_from(page)) {
        (Ok(pages), Ok(page)) if pages > 0 => pages.saturating_mul(page),
        _ => u64::MAX,
    };
    let group = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|path| number(path));
    group.unwrap_or(u64::MAX).min(machine)
});

/// The memory that the machine and the control group have left, where the system tells.
fn left() -> Option<u64> {
    let group = || {
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

/// The number that a file of the system holds.
fn number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shape: &[i64]) -> Result<()> {
        super::check("shape", shape, Kind::Float, Device::Cpu)
    }

    #[test]
    fn absurd_shapes_are_refused() {
        assert!(check(&[]).is_ok() && check(&[2, 3]).is_ok() && check(&[0, i64::MAX]).is_ok());
        for shape in [&[1 << 40][..], &[i64::MAX, i64::MAX], &[1 << 20, 1 << 20]] {
            assert_eq!(check(shape).unwrap_err().code(), codes::RT_ERROR_TORCH_TOO_LARGE);
        }
        assert!(check(&[0, -1]).is_err());
    }

    #[test]
    fn what_is_left_bounds_large_tensors() {
        let Some(left) = left() else { return };
        let floats = |bytes: u64| [i64::try_from(bytes / 4).unwrap_or(i64::MAX)];
        assert!(check(&floats(1024)).is_ok());
        let error = check(&floats(left.saturating_mul(2))).unwrap_err();
        assert_eq!(error.code(), codes::RT_ERROR_TORCH_TOO_LARGE);
    }

    #[test]
    fn bytes_are_counted_without_overflow() {
        assert_eq!(bytes(&[2, 3], Kind::Float), 24);
        assert_eq!(bytes(&[0, i64::MAX], Kind::Float), 0);
        assert_eq!(bytes(&[i64::MAX, i64::MAX], Kind::Float), u64::MAX);
    }
}
