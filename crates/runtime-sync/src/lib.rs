#![doc = include_str!("../README.md")]

pub mod codes;
pub mod raw;

#[cfg(not(loom))]
pub mod atomic;
#[cfg(not(loom))]
pub mod barrier;
#[cfg(not(loom))]
pub mod channel;
#[cfg(not(loom))]
pub mod condvar;
#[cfg(all(feature = "ffi", not(loom)))]
pub mod ffi;
#[cfg(not(loom))]
mod guarded;
#[cfg(not(loom))]
pub mod mutex;
#[cfg(not(loom))]
mod object;
#[cfg(not(loom))]
mod places;
#[cfg(not(loom))]
pub mod rwlock;
#[cfg(not(loom))]
pub mod semaphore;
#[cfg(not(loom))]
pub mod thread;
#[cfg(not(loom))]
pub mod thread_local;

#[cfg(not(loom))]
pub use {
    atomic::Atomic, barrier::Barrier, channel::Channel, condvar::Condvar, mutex::Mutex,
    rwlock::RwLock, semaphore::Semaphore, thread::Thread, thread_local::ThreadLocal,
};
