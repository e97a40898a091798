//! Tables of what handles stand for, for objects other than tensors.

use runtime_core::Result;
use runtime_core::handle::{HandleKind, Pin, PinnedTable};
use runtime_value::RuntimeValue;

use crate::objects::{blame, handle, value_of};

/// The objects of one kind that have handles.
pub struct Table<T> {
    objects: PinnedTable<T>,
    kind: HandleKind,
}

impl<T: Send + Sync> Table<T> {
    /// The table of `kind`: one in a process.
    pub const fn new(kind: HandleKind) -> Self {
        Self { objects: PinnedTable::new(kind), kind }
    }

    /// The object that the argument `name` stands for. It stays whole while the result lives.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` when the value is no int, or one of the handle
    /// errors.
    pub fn get(&self, name: &str, value: RuntimeValue) -> Result<Pin<'_, T>> {
        let handle = handle(name, value, self.kind.name())?;
        self.objects.get(handle).map_err(|error| blame(name, &error))
    }

    /// A value for the caller that holds a new handle of the object.
    ///
    /// # Errors
    /// `RT_ERROR_HANDLES_EXHAUSTED` or `RT_ERROR_OUT_OF_MEMORY`.
    pub fn give(&self, object: T) -> Result<RuntimeValue> {
        value_of(self.objects.insert(object)?)
    }

    /// Ends an object's handle.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn free(&self, name: &str, value: RuntimeValue) -> Result<()> {
        let handle = handle(name, value, self.kind.name())?;
        self.objects.free(handle).map_err(|error| blame(name, &error))
    }
}
