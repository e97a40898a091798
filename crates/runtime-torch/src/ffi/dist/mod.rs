//! Training on several processes.
//!
//! What has a group comes in up to three forms: the plain one is about all ranks and waits; `_in` takes a
//! group first, or NIL for all ranks, and waits; `_async` takes a group first and returns a work to wait for.

pub mod collectives;
pub mod ddp;
pub mod group;
pub mod messages;
pub mod sampler;
pub mod work;
