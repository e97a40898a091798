//! Slots in which every thread has a value of its own.

use std::cell::RefCell;
use std::collections::HashMap;

use runtime_core::handle::{InPlace, InPlaceTable, kinds};
use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;

use crate::codes;

/// A slot is nothing but its handle; the values are with the threads.
struct Slot;

impl InPlace for Slot {
    fn vacant() -> Self {
        Self
    }
}

static TABLE: InPlaceTable<Slot> = InPlaceTable::new(kinds::THREAD_LOCAL);

thread_local! {
    static VALUES: RefCell<Values> = RefCell::new(Values::default());
}

/// The values of one thread.
#[derive(Default)]
struct Values {
    of: HashMap<i64, RuntimeValue>,
    /// When there are so many, those of freed slots are thrown out.
    sweep_at: usize,
}

impl Values {
    fn set(&mut self, slot: i64, value: RuntimeValue) {
        self.of.insert(slot, value);
        if self.of.len() > self.sweep_at {
            self.of.retain(|&slot, _| TABLE.get(slot).is_ok());
            self.sweep_at = self.of.len() * 2 + 16;
        }
    }
}

/// A thread-local slot: the handle of one, which lives until it is freed.
///
/// # Example
/// ```
/// use runtime_sync::ThreadLocal;
/// use runtime_value::RuntimeValue;
///
/// let slot = ThreadLocal::new()?;
/// slot.set(RuntimeValue::int(1)?)?;
/// std::thread::spawn(move || assert!(slot.get().unwrap().is_nil())).join().unwrap();
/// assert_eq!(slot.get()?.to_int()?, 1);
/// slot.free()?;
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadLocal(i64);

impl ThreadLocal {
    /// A slot in which no thread has a value.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn new() -> Result<Self> {
        TABLE.insert(|_| ()).map(Self)
    }

    /// The slot with this handle. Any number will do: the calls refuse what is none.
    pub fn of(handle: i64) -> Self {
        Self(handle)
    }

    /// The handle.
    pub fn handle(self) -> i64 {
        self.0
    }

    /// This thread's value, NIL when it has none.
    ///
    /// # Errors
    /// A handle error when there is no such slot.
    pub fn get(self) -> Result<RuntimeValue> {
        TABLE.get(self.0)?;
        let value = VALUES.try_with(|values| values.borrow().of.get(&self.0).copied());
        Ok(value.ok().flatten().unwrap_or(RuntimeValue::NIL))
    }

    /// Sets this thread's value.
    ///
    /// # Errors
    /// A handle error when there is no such slot, `RT_ERROR_THREAD_ENDING` when the thread is at its
    /// end.
    pub fn set(self, value: RuntimeValue) -> Result<()> {
        TABLE.get(self.0)?;
        VALUES.try_with(|values| values.borrow_mut().set(self.0, value)).map_err(|_| {
            Error::new(
                codes::RT_ERROR_THREAD_ENDING,
                "this thread is at its end and keeps no value",
            )
        })
    }

    /// Frees the slot: no thread has a value in it any more. The values themselves stay.
    ///
    /// # Errors
    /// A handle error when there is no such slot.
    pub fn free(self) -> Result<()> {
        TABLE.free(self.0)
    }
}
