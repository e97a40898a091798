#![doc = include_str!("../README.md")]

pub mod arena;
pub mod bounded;
pub mod codes;
#[cfg(all(feature = "ffi", not(loom)))]
pub mod ffi;
#[cfg(not(loom))]
pub mod handles;
pub mod key;
pub mod local;
pub mod map;
pub mod pool;
pub mod queue;
pub mod stack;
mod sync;
pub mod table;

pub use arena::Arena;
pub use bounded::BoundedQueue;
pub use key::Key;
pub use local::LocalStore;
pub use map::Map;
pub use pool::Pool;
pub use queue::Queue;
pub use stack::Stack;
