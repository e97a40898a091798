//! The guard against absurd sizes: a tensor that cannot fit is an error, not the end of the process.
//!
//! Linux promises more memory than there is, and ends a process that uses it. So what is larger
//! than the memory of the machine, or of the control group, is refused before LibTorch is asked.

use std::fs;
use std::sync::LazyLock;

use runtime_core::{Error, Result};
use tch::{Device, Kind};

use crate::codes;

/// Refuses a shape of negative sizes, and one whose elements are more than the memory holds.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn check(name: &str, shape: &[i64], kind: Kind, device: Device) -> Result<()> {
    let mut bytes = u64::try_from(kind.elt_size_in_bytes()).unwrap_or(16);
    if shape.contains(&0) {
        bytes = 0;
    }
    for &size in shape {
        let size = u64::try_from(size)
            .map_err(|_| Error::invalid(format!("{name} has the negative size {size}")))?;
        bytes = bytes.saturating_mul(size);
    }
    // A GPU's own allocator knows what it has, and says so.
    if device == Device::Cpu && bytes > *INSTALLED {
        return Err(Error::new(
            codes::RT_ERROR_TORCH_TOO_LARGE,
            format!("{name} {shape:?} is too large: {bytes} bytes are more than the memory"),
        ));
    }
    Ok(())
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
        .find_map(|path| fs::read_to_string(path).ok()?.trim().parse().ok());
    group.unwrap_or(u64::MAX).min(machine)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_shapes_are_refused() {
        let check = |shape: &[i64]| check("shape", shape, Kind::Float, Device::Cpu);
        assert!(check(&[]).is_ok() && check(&[2, 3]).is_ok() && check(&[0, i64::MAX]).is_ok());
        for shape in [&[1 << 40][..], &[i64::MAX, i64::MAX], &[1 << 20, 1 << 20]] {
            assert_eq!(check(shape).unwrap_err().code(), codes::RT_ERROR_TORCH_TOO_LARGE);
        }
        assert!(check(&[0, -1]).is_err());
    }
}
