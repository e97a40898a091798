//! Channels: values that pass from thread to thread in order.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex};
use runtime_core::handle::{PinnedTable, kinds};
use runtime_core::{Error, Result};

use crate::codes;
use crate::object;
use crate::raw::{InUse, Patience};

#[derive(Default)]
struct State {
    queue: Mutex<Queue>,
    arrival: Condvar,
}

#[derive(Default)]
struct Queue {
    values: VecDeque<u64>,
    receivers: usize,
    closed: bool,
    gone: bool,
}

static TABLE: PinnedTable<State> = PinnedTable::new(kinds::CHANNEL);

/// A channel without a bound: the handle of one, which lives until it is freed. Any number of
/// threads send and receive; each value is received once, in the order of sending.
///
/// Values pass as the bits of their words. Sending hands the object over: the sender does not use
/// it any more.
///
/// # Example
/// ```
/// use runtime_sync::Channel;
///
/// let channel = Channel::new()?;
/// std::thread::spawn(move || {
///     channel.send(8).unwrap();
///     channel.close().unwrap();
/// });
/// assert_eq!(channel.receive()?, Some(8));
/// assert_eq!(channel.receive()?, None); // closed, and nothing left
/// channel.free()?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel(i64);

impl Channel {
    /// An open channel with nothing in it.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new() -> Result<Self> {
        TABLE.insert(State::default()).map(Self)
    }

    /// The channel with this handle. Any number will do: the calls refuse what is none.
    pub fn of(handle: i64) -> Self {
        Self(handle)
    }

    /// The handle.
    pub fn handle(self) -> i64 {
        self.0
    }

    /// Sends a value. Never waits.
    ///
    /// # Errors
    /// `RT_ERROR_CHANNEL_CLOSED`, `RT_ERROR_OUT_OF_MEMORY`, or a handle error.
    pub fn send(self, bits: u64) -> Result<()> {
        let channel = TABLE.get(self.0)?;
        let mut queue = channel.queue.lock();
        if queue.closed {
            return Err(Error::new(codes::RT_ERROR_CHANNEL_CLOSED, "the channel is closed"));
        }
        queue.values.try_reserve(1).map_err(|_| Error::out_of_memory(size_of::<u64>()))?;
        queue.values.push_back(bits);
        drop(queue);
        channel.arrival.notify_one();
        Ok(())
    }

    /// Receives the oldest value, waiting until there is one. `None` when the channel is closed and
    /// empty.
    ///
    /// # Errors
    /// A handle error.
    pub fn receive(self) -> Result<Option<u64>> {
        self.receive_with(Patience::Unlimited)
    }

    /// Receives the oldest value. `None` when there is none.
    ///
    /// # Errors
    /// A handle error.
    pub fn try_receive(self) -> Result<Option<u64>> {
        self.receive_with(Patience::None)
    }

    /// As [`receive`](Self::receive), waiting at most so long.
    ///
    /// # Errors
    /// A handle error.
    pub fn receive_for(self, duration: std::time::Duration) -> Result<Option<u64>> {
        self.receive_with(Patience::lasting(duration))
    }

    fn receive_with(self, patience: Patience) -> Result<Option<u64>> {
        let channel = TABLE.get(self.0)?;
        let mut queue = channel.queue.lock();
        if queue.gone {
            return Err(object::gone("channel"));
        }
        queue.receivers += 1;
        while queue.values.is_empty() && !queue.closed {
            match patience {
                Patience::None => break,
                Patience::Unlimited => channel.arrival.wait(&mut queue),
                Patience::Until(moment) => {
                    if channel.arrival.wait_until(&mut queue, moment).timed_out() {
                        break;
                    }
                }
            }
        }
        queue.receivers -= 1;
        Ok(queue.values.pop_front())
    }

    /// Closes the channel: nothing more is sent, what is in it can still be received, and who waits
    /// for more stops waiting. Closing it again changes nothing.
    ///
    /// # Errors
    /// A handle error.
    pub fn close(self) -> Result<()> {
        let channel = TABLE.get(self.0)?;
        channel.queue.lock().closed = true;
        channel.arrival.notify_all();
        Ok(())
    }

    /// Whether the channel was closed.
    ///
    /// # Errors
    /// A handle error.
    pub fn is_closed(self) -> Result<bool> {
        Ok(TABLE.get(self.0)?.queue.lock().closed)
    }

    /// How many values are in the channel at this moment.
    ///
    /// # Errors
    /// A handle error.
    pub fn len(self) -> Result<usize> {
        Ok(TABLE.get(self.0)?.queue.lock().values.len())
    }

    /// Whether the channel holds no value at this moment.
    ///
    /// # Errors
    /// A handle error.
    pub fn is_empty(self) -> Result<bool> {
        self.len().map(|len| len == 0)
    }

    /// Frees the channel. Values in it stay, and nobody receives them.
    ///
    /// # Errors
    /// `RT_ERROR_BUSY` while a thread waits to receive, or a handle error.
    pub fn free(self) -> Result<()> {
        TABLE.free_if(self.0, |channel| {
            let mut queue = channel.queue.lock();
            if queue.gone {
                return Err(object::gone("channel"));
            }
            if queue.receivers != 0 {
                return Err(object::in_use("channel", InUse::WaitedFor));
            }
            (queue.gone, queue.closed) = (true, true);
            Ok(())
        })
    }
}
