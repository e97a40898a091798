//! UTC offsets: how far local time is ahead of UTC.

use runtime_core::{Error, Result};
use time::UtcOffset;

use crate::codes;
use crate::timestamp::Timestamp;

/// How far a local time is ahead of UTC, in seconds: less than a day in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offset(UtcOffset);

impl Offset {
    /// UTC itself.
    pub const UTC: Self = Self(UtcOffset::UTC);

    /// The offset of so many seconds, positive east of Greenwich.
    ///
    /// # Errors
    /// `RT_ERROR_TIME_OFFSET` for a day or more.
    pub fn from_seconds(seconds: i32) -> Result<Self> {
        UtcOffset::from_whole_seconds(seconds)
            .ok()
            .filter(|_| seconds.unsigned_abs() < 86_400)
            .map(Self)
            .ok_or_else(|| {
                let reason = format!("the UTC offset of {seconds} seconds is a day or more");
                Error::new(codes::RT_ERROR_TIME_OFFSET, reason)
            })
    }

    /// The offset of this computer's time zone at an instant. The zone is the one of the variable
    /// `TZ` or the system's setting when the process first asked for it. Any thread may ask.
    ///
    /// # Errors
    /// `RT_ERROR_TIME_OFFSET` when the system does not tell it.
    pub fn local(at: Timestamp) -> Result<Self> {
        let seconds = local_seconds(at).ok_or_else(|| {
            let reason = format!("the system does not tell the UTC offset at {at}");
            Error::new(codes::RT_ERROR_TIME_OFFSET, reason)
        })?;
        Self::from_seconds(seconds)
    }

    /// The offset in seconds, positive east of Greenwich.
    pub const fn as_seconds(self) -> i32 {
        self.0.whole_seconds()
    }

    pub(crate) const fn inner(self) -> UtcOffset {
        self.0
    }
}

/// `localtime_r` may be called by any thread; `time`'s own function refuses when there are several,
/// because Rust's view is that another one may be changing the environment.
#[cfg(unix)]
fn local_seconds(at: Timestamp) -> Option<i32> {
    let seconds = at.as_micros().div_euclid(crate::timestamp::MICROS_PER_SECOND);
    let seconds = libc::time_t::try_from(seconds).ok()?;
    let mut parts = std::mem::MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: both pointers are those of local variables. The C library locks what it shares: the
    // zone that it has read. A program that changes the environment while other threads run breaks
    // every reader of it; that is its own affair.
    let found = unsafe { libc::localtime_r(&raw const seconds, parts.as_mut_ptr()) };
    if found.is_null() {
        return None;
    }
    // SAFETY: zeroed, which is a valid `tm`, and then filled.
    i32::try_from(unsafe { parts.assume_init() }.tm_gmtoff).ok()
}

#[cfg(not(unix))]
fn local_seconds(at: Timestamp) -> Option<i32> {
    UtcOffset::local_offset_at(at.at(UtcOffset::UTC)).ok().map(UtcOffset::whole_seconds)
}
