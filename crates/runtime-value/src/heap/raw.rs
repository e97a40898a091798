//! Blocks of raw memory for compiled code, and the objects that it builds in them.
//!
//! A block is registered like an object. A word made of its address is a live value as soon as the
//! block holds a header and fields that fit into it; types with separate buffers (arrays, dicts)
//! or with runtime state cannot be built this way.

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU8, Ordering};

use runtime_core::{Error, Result};

use super::block::Block;
use super::layout::{
    ClassObject, ClosureObject, EnumObject, FloatObject, Header, IntObject, Object, StringObject,
    TupleObject, UIntObject,
};
use super::{TYPE, page_map};
use crate::codes;
use crate::types::ObjectType;
use crate::word::RuntimeValue;

/// What lies before the memory that the program gets.
#[repr(C, align(16))]
struct Prefix {
    /// The size of that memory.
    size: usize,
}

const PREFIX: usize = size_of::<Prefix>();

/// `size` zeroed bytes at a multiple of 16.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`, and `RT_ERROR_LENGTH` for 0 bytes.
pub fn allocate(size: u64) -> Result<NonNull<u8>> {
    let too_large = || Error::out_of_memory(usize::MAX);
    let size = usize::try_from(size).map_err(|_| too_large())?;
    if size == 0 {
        return Err(Error::new(runtime_core::error::codes::RT_ERROR_LENGTH, "size 0 is no block"));
    }
    let block = Block::zeroed(size.checked_add(PREFIX).ok_or_else(too_large)?)?;
    // SAFETY: the block begins with room for the prefix, and the address behind it is inside.
    let address = unsafe {
        block.address().cast().write(Prefix { size });
        block.address().byte_add(PREFIX)
    };
    super::publish(&block, address, ObjectType::Raw, size)?;
    let _ = block.into_address();
    Ok(address)
}

/// Frees the block at `address`, which holds `size` bytes.
///
/// # Errors
/// `RT_ERROR_NOT_A_BLOCK` for an address where no block begins, `RT_ERROR_INVALID_ARGUMENT` for
/// another size than the block's; nothing is freed then.
///
/// # Safety
/// Nobody uses the block any more.
pub unsafe fn free(address: usize, size: u64) -> Result<()> {
    let (cell, block) = find(address)?;
    // SAFETY: a block is here, and blocks begin behind their prefix.
    let actual = unsafe { block_size(block) };
    if actual as u64 != size {
        return Err(Error::written(
            runtime_core::error::codes::RT_ERROR_INVALID_ARGUMENT,
            format_args!("size {size} is not that of the block at {address:#x}, {actual}"),
        ));
    }
    // SAFETY: the cell is the address's own; that nobody uses the block is the caller's promise.
    unsafe { super::free_marked(cell, cell.load(Ordering::Acquire), ObjectType::Raw, block) }
}

/// A block of `size` bytes that begins with those of the block at `address`, which is freed unless
/// this fails. Address 0 stands for no old block, size 0 for no new one; then null is the result.
///
/// # Errors
/// `RT_ERROR_NOT_A_BLOCK`, `RT_ERROR_OUT_OF_MEMORY`; the old block is untouched then.
///
/// # Safety
/// Nobody uses the old block any more.
pub unsafe fn resize(address: usize, size: u64) -> Result<*mut u8> {
    if address == 0 {
        return Ok(if size == 0 { ptr::null_mut() } else { allocate(size)?.as_ptr() });
    }
    let (_, old) = find(address)?;
    // SAFETY: a block is here, and blocks begin behind their prefix.
    let old_size = unsafe { block_size(old) };
    if size == 0 {
        // SAFETY: the caller's promise is the same.
        unsafe { free(address, old_size as u64)? };
        return Ok(ptr::null_mut());
    }
    let new = allocate(size)?;
    // SAFETY: two different blocks, each at least that large.
    unsafe { new.copy_from_nonoverlapping(old, old_size.min(size as usize)) };
    // SAFETY: the caller's promise is the same.
    unsafe { free(address, old_size as u64)? };
    Ok(new.as_ptr())
}

/// The word that refers to what begins at `address`: an object, or a block that holds one or will.
///
/// # Errors
/// `RT_ERROR_NOT_A_BLOCK` where neither begins.
pub fn value_at(address: usize) -> Result<RuntimeValue> {
    let value = RuntimeValue::from_address(address);
    match super::marked(value) {
        Some((cell, _)) if cell.load(Ordering::Acquire) & TYPE != 0 => Ok(value),
        _ => Err(not_a_block(address)),
    }
}

/// The address of the object (or block) that the word refers to.
///
/// # Errors
/// `RT_ERROR_NOT_A_VALUE` for a word that refers to nothing live.
pub fn address_of(value: RuntimeValue) -> Result<NonNull<u8>> {
    match super::marked(value) {
        Some((cell, address)) if cell.load(Ordering::Acquire) & TYPE != 0 => Ok(address),
        _ => Err(super::not_live(value)),
    }
}

/// The live block at `address`, and the cell of its mark.
fn find(address: usize) -> Result<(&'static AtomicU8, NonNull<u8>)> {
    match super::marked(RuntimeValue::from_address(address)) {
        Some((cell, block))
            if cell.load(Ordering::Acquire) & TYPE == ObjectType::Raw as u8
                && address.is_multiple_of(page_map::GRANULE) =>
        {
            Ok((cell, block))
        }
        _ => Err(not_a_block(address)),
    }
}

#[cold]
fn not_a_block(address: usize) -> Error {
    Error::written(
        codes::RT_ERROR_NOT_A_BLOCK,
        format_args!("no live block begins at {address:#x}"),
    )
}

/// The size of a block.
///
/// # Safety
/// A block of this module begins at `address`.
pub(super) unsafe fn block_size(address: NonNull<u8>) -> usize {
    // SAFETY: the prefix lies before every block.
    unsafe { address.byte_sub(PREFIX).cast::<Prefix>().as_ref() }.size
}

/// The allocation around a block: its address and size.
///
/// # Safety
/// A block of this module begins at `address` and holds `size` bytes.
pub(super) unsafe fn whole(address: NonNull<u8>, size: usize) -> (NonNull<u8>, usize) {
    // SAFETY: the prefix lies before every block, in the same allocation.
    (unsafe { address.byte_sub(PREFIX) }, size + PREFIX)
}

/// The object of type `T` that was built in the live block at `address`.
#[cold]
pub(super) fn built<T: Object>(address: NonNull<u8>) -> Option<NonNull<T>> {
    (built_type(address)? == T::TYPE).then(|| address.cast())
}

/// The type of the object that was built in the live block at `address`.
#[cold]
pub(super) fn built_type(address: NonNull<u8>) -> Option<ObjectType> {
    /// Whether the block holds a whole `T`.
    fn fits<T: Object>(address: NonNull<u8>) -> bool {
        // SAFETY: a live block is here; its struct is read only when it lies inside.
        unsafe {
            let size = block_size(address);
            size >= size_of::<T>() && address.cast::<T>().as_ref().size() <= size
        }
    }
    // SAFETY: a live block is here, and its memory was zeroed when it was made.
    if unsafe { block_size(address) } < size_of::<Header>() {
        return None;
    }
    // SAFETY: as above, and it holds a header.
    let object_type = unsafe { address.cast::<Header>().as_ref() }.object_type;
    let object_type = ObjectType::from_number(object_type)?;
    let fits = match object_type {
        ObjectType::String => fits::<StringObject>(address),
        ObjectType::Tuple => fits::<TupleObject>(address),
        ObjectType::Object => fits::<ClassObject>(address),
        ObjectType::Closure => fits::<ClosureObject>(address),
        ObjectType::Enum => fits::<EnumObject>(address),
        ObjectType::Float => fits::<FloatObject>(address),
        ObjectType::UInt => fits::<UIntObject>(address),
        ObjectType::Int => fits::<IntObject>(address),
        _ => false,
    };
    fits.then_some(object_type)
}
