//! The separate buffers of arrays and dicts: they grow while the container's word stays the same.

use std::alloc::{Layout, alloc, dealloc, realloc};
use std::ptr::{self, NonNull};

use runtime_core::{Error, Result};

use super::count_resize;
use super::layout::{ArrayObject, DictObject, Entry};
use crate::types::ObjectType;
use crate::word::RuntimeValue;

/// A buffer of `new` items that begins with the first items of the old one, of `old` items (null
/// for 0). The old one is gone unless this fails.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, also for a size that no memory has.
///
/// # Safety
/// `items` is null with `old` 0, or a buffer of this module of `old` items.
pub(crate) unsafe fn resize<T>(
    owner: ObjectType,
    items: *mut T,
    old: u64,
    new: u64,
) -> Result<*mut T> {
    let too_large = || Error::out_of_memory((new as usize).saturating_mul(size_of::<T>()));
    let new_layout = usize::try_from(new)
        .ok()
        .and_then(|new| Layout::array::<T>(new).ok())
        .ok_or_else(too_large)?;
    let old_layout = layout::<T>(old);
    // SAFETY: the old buffer has this layout, by the caller's promise and by this function's own
    // making; sizes that are zero are not passed on.
    let resized = unsafe {
        match (old_layout.size(), new_layout.size()) {
            (_, 0) => {
                free(items, old);
                ptr::null_mut()
            }
            (0, _) => alloc(new_layout),
            (_, size) => realloc(items.cast(), old_layout, size),
        }
    };
    if resized.is_null() && new_layout.size() != 0 {
        return Err(too_large());
    }
    count_resize(owner, new_layout.size() as i64 - old_layout.size() as i64);
    Ok(resized.cast())
}

fn layout<T>(count: u64) -> Layout {
    Layout::array::<T>(count as usize).expect("a buffer of this length was allocated")
}

unsafe fn free<T>(items: *mut T, count: u64) {
    if count != 0 {
        // SAFETY: the caller passes a buffer of this module and its length.
        unsafe { dealloc(items.cast(), layout::<T>(count)) };
    }
}

/// # Safety
/// The array is dead and not used any more.
pub(super) unsafe fn drop_array(array: NonNull<ArrayObject>) {
    // SAFETY: the caller's promise; the buffer is the array's own.
    unsafe {
        let array = array.as_ref();
        free::<RuntimeValue>(array.data, array.capacity);
        count_resize(ObjectType::Array, -(layout::<RuntimeValue>(array.capacity).size() as i64));
    }
}

/// # Safety
/// The dict is dead and not used any more.
pub(super) unsafe fn drop_dict(mut dict: NonNull<DictObject>) {
    // SAFETY: the caller's promise; buffer and index are the dict's own.
    unsafe {
        let dict = dict.as_mut();
        free::<Entry>(dict.entries, dict.capacity);
        let bytes = layout::<Entry>(dict.capacity).size() + dict.index.allocation_size();
        count_resize(ObjectType::Dict, -(bytes as i64));
        ptr::drop_in_place(&mut dict.index);
    }
}
