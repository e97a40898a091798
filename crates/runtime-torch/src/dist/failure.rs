//! What went wrong between ranks, out of the texts of LibTorch and gloo.

use runtime_core::Error;

use crate::codes::{RT_ERROR_TORCH_DIST_PEER, RT_ERROR_TORCH_DIST_TIMEOUT};
use crate::error::from_text;

/// What gloo and c10d say when a rank was waited for in vain.
const TIMES_OUT: &[&str] = &["timed out", "timeout"];

/// What they say when a connection to a rank broke.
const BREAKS: &[&str] = &[
    "closed by peer",
    "Read error",
    "writev",
    "Socket closed",
    "reset by peer",
    "Broken pipe",
    "failed on this rank",
    "process group was",
    "Failed to recv",
    "Failed to send",
];

/// The error of a collective that failed with this text.
#[cold]
pub(super) fn failed(text: &str) -> Error {
    let known = from_text(text);
    let reason = explain(text);
    let lower = reason.to_lowercase();
    if TIMES_OUT.iter().any(|part| lower.contains(part)) {
        return Error::new(RT_ERROR_TORCH_DIST_TIMEOUT, reason);
    }
    if BREAKS.iter().any(|part| reason.contains(part)) {
        return Error::new(RT_ERROR_TORCH_DIST_PEER, reason);
    }
    Error::new(known.code(), reason)
}

/// Whether other ranks are to blame for an error.
pub(super) fn is_of_others(error: &Error) -> bool {
    matches!(error.code(), RT_ERROR_TORCH_DIST_TIMEOUT | RT_ERROR_TORCH_DIST_PEER)
}

/// The text without the places in gloo's sources and without its advice.
pub(super) fn explain(text: &str) -> String {
    let first = from_text(text);
    let mut rest = first.reason();
    let mut reason = String::new();
    while let Some(start) = rest.find("[/") {
        let Some(end) = rest[start..].find("] ") else { break };
        reason.push_str(&rest[..start]);
        rest = &rest[start + end + 2..];
    }
    reason.push_str(rest);
    if let Some(advice) = reason.find(". This is typically caused by") {
        reason.truncate(advice);
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::RT_ERROR_TORCH;

    #[test]
    fn texts_of_gloo_are_read() {
        let closed = "[/__w/pytorch/gloo/transport/tcp/pair.cc:547] Connection closed by peer \
                      [127.0.0.1]:35968. This is typically caused by a remote worker crashing. Check";
        let error = failed(closed);
        assert_eq!(error.code(), RT_ERROR_TORCH_DIST_PEER);
        assert_eq!(error.reason(), "Connection closed by peer [127.0.0.1]:35968");
        let late = "[/__w/gloo/unbound_buffer.cc:78] Timed out waiting 3000ms for recv operation to complete";
        let error = failed(late);
        assert_eq!(error.code(), RT_ERROR_TORCH_DIST_TIMEOUT);
        assert_eq!(error.reason(), "Timed out waiting 3000ms for recv operation to complete");
        assert_eq!(failed("Invalid scalar type").code(), RT_ERROR_TORCH);
        assert_eq!(explain("a [/b"), "a [/b");
    }
}
