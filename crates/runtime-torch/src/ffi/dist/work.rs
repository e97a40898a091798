//! Works: collectives that run while their rank does something else.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use std::sync::Arc;

#[cfg(feature = "pytorch")]
use runtime_core::Result;

#[cfg(feature = "pytorch")]
use crate::dist::{Collective, Group, WORKS};

/// How a collective or a message is done: with [`wait`] or with [`go_on`].
#[cfg(feature = "pytorch")]
pub(super) type How<R> = fn(&Arc<Group>, Collective<'_>) -> Result<R>;

/// Does a collective and waits for it.
#[cfg(feature = "pytorch")]
pub(super) fn wait(group: &Arc<Group>, collective: Collective<'_>) -> Result<i64> {
    group.run(collective).map(|()| 1)
}

/// Starts a collective, and gives a handle to wait with.
#[cfg(feature = "pytorch")]
pub(super) fn go_on(group: &Arc<Group>, collective: Collective<'_>) -> Result<RuntimeValue> {
    WORKS.give(Arc::new(group.start(collective)?))
}

/// Waits until a collective of an `_async` function is done, for at most `timeout_ms` milliseconds (below 0
/// counts as 0).
///
/// Returns 1 when it is done, and the tensors hold what they should; 0 without an error when it still runs;
/// -1 when it has failed, with RT_ERROR_TORCH_DIST_TIMEOUT when other ranks did not take part within the
/// group's time-out, RT_ERROR_TORCH_DIST_PEER when the connection to one broke,
/// RT_ERROR_TORCH_DIST_MISMATCH when one was in another collective, RT_ERROR_TORCH with LibTorch's reason,
/// or a handle's error. Any thread may wait, several at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_work_wait(work: RuntimeValue, timeout_ms: i64) -> i64 {
    torch!("rt_torch_dist_work_wait", -1, {
        let work = Arc::clone(&*WORKS.get("work", work)?);
        work.wait(timeout_ms.max(0).unsigned_abs()).map(i64::from)
    })
}

/// Whether a collective is done or has failed: 1, or 0; -1 with a handle's error. Does not wait. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_work_is_completed(work: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_work_is_completed", -1, {
        Ok(i64::from(WORKS.get("work", work)?.is_completed()))
    })
}

/// Ends a work's handle. The collective goes on, and its tensors live until it is done. Returns 1, or 0 with
/// a handle's error. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_dist_work_free(work: RuntimeValue) -> i64 {
    torch!("rt_torch_dist_work_free", 0, {
        WORKS.free("work", work)?;
        Ok(1)
    })
}
