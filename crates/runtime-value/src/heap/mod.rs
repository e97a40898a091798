//! The heap: objects that live until they are freed, and that any word can be checked against.
//!
//! Memory comes from the allocator; the page map knows where objects begin. An object is
//! made in three steps (block, content, publication), so that no thread ever finds a half-made one,
//! and dies in one (its mark is taken away by one exchange), so that of two frees one succeeds.

mod block;
pub(crate) mod buffer;
pub mod foreign;
pub(crate) mod layout;
mod local;
mod page_map;
pub mod raw;
pub(crate) mod reach;
pub mod scope;
mod shells;
pub mod statistics;
pub(crate) mod unpublished;

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering};

use runtime_core::{Error, Result};

use crate::codes;
use crate::types::ObjectType;
use crate::word::RuntimeValue;
use block::Block;
use layout::{
    ArrayObject, ClassObject, ClosureObject, DictObject, EnumObject, FloatObject, HandleObject,
    Header, IntObject, Object, SharedObject, StringObject, TupleObject, UIntObject, UniqueObject,
    WeakObject,
};
pub(crate) use local::count_resize;

/// In a mark: the object is on a scope's list, which frees its memory.
const SCOPED: u8 = 0x80;
/// In a mark: the number of the object's type.
const TYPE: u8 = 0x1F;

/// Makes an object of `size` bytes, at least `size_of::<T>()`. `fill` writes all of it but the
/// header.
#[inline(always)]
pub(crate) fn make<T: Object>(size: usize, fill: impl FnOnce(NonNull<T>)) -> Result<NonNull<T>> {
    let address = make_typed(T::TYPE, size, |address| fill(address.cast()))?;
    Ok(address.cast())
}

/// Makes an object of a type that is known at run time only.
#[inline(always)]
fn make_typed(
    object_type: ObjectType,
    size: usize,
    fill: impl FnOnce(NonNull<u8>),
) -> Result<NonNull<u8>> {
    let block = Block::new(size)?;
    let address = block.address();
    // SAFETY: the block is at least as large as a header, and aligned to 16.
    unsafe { address.cast().write(Header::new(object_type, size)) };
    fill(address);
    publish(&block, address, object_type, size)?;
    Ok(block.into_address())
}

/// Makes the object that begins at `address` inside of `block` findable. Then the block's memory is
/// the object's: the caller lets it go.
#[inline(always)]
fn publish(
    block: &Block,
    address: NonNull<u8>,
    object_type: ObjectType,
    size: usize,
) -> Result<()> {
    let Some(cell) = page_map::cell_or_make(address.as_ptr().expose_provenance()) else {
        return Err(Error::out_of_memory(size));
    };
    // SAFETY: not kept beyond this call.
    let local = unsafe { local::current() };
    let mut mark = object_type as u8;
    if let Some(local) = local
        && local.scope_depth.get() != 0
    {
        local.scopes.borrow_mut().add(address, block)?;
        mark |= SCOPED;
    }
    local::count(local, |counters| counters.allocated(object_type, size));
    // Release: who sees the mark sees the object.
    cell.store(mark, Ordering::Release);
    Ok(())
}

/// The type of the live object that the word refers to, and its address.
#[inline(always)]
pub(crate) fn live(value: RuntimeValue) -> Option<(ObjectType, NonNull<Header>)> {
    let (cell, address) = marked(value)?;
    let object_type = ObjectType::from_number(cell.load(Ordering::Acquire) & TYPE)?;
    if object_type == ObjectType::Raw {
        let object_type = raw::built_type(address)?;
        return Some((object_type, address.cast()));
    }
    Some((object_type, address.cast()))
}

/// The cell of the mark at the address of a word of the heap form, where there is one.
#[inline(always)]
fn marked(value: RuntimeValue) -> Option<(&'static AtomicU8, NonNull<u8>)> {
    // One comparison for the tag and for the alignment of the address.
    if value.to_bits() & (page_map::GRANULE as u64 - 1) != u64::from(crate::word::tag::RT_TAG_HEAP)
    {
        return None;
    }
    let address = value.heap_address()?;
    Some((page_map::cell(address)?, NonNull::new(std::ptr::with_exposed_provenance_mut(address))?))
}

/// The address that the word refers to, if a live object of this type was made there. For types that
/// nobody builds in a raw block.
#[inline(always)]
fn found_of_type(value: RuntimeValue, object_type: ObjectType) -> Option<NonNull<u8>> {
    let (cell, address) = marked(value)?;
    // Acquire pairs with the release in `publish`: who sees the mark sees the object.
    (cell.load(Ordering::Acquire) & TYPE == object_type as u8).then_some(address)
}

/// The object that the word refers to, if it is a live one of this type.
#[inline(always)]
pub(crate) fn find<T: Object>(value: RuntimeValue) -> Option<NonNull<T>> {
    let (cell, address) = marked(value)?;
    // Acquire pairs with the release in `publish`: who sees the mark sees the object.
    let mark = cell.load(Ordering::Acquire);
    if mark & TYPE == T::TYPE as u8 {
        Some(address.cast())
    } else if mark & TYPE == ObjectType::Raw as u8 {
        raw::built::<T>(address)
    } else {
        None
    }
}

/// Frees one object. What it refers to stays.
///
/// # Errors
/// `RT_ERROR_NOT_A_VALUE` for a word that refers to no live object, and what the type of the object
/// objects, for one that is in use.
///
/// # Safety
/// No borrow of the object is in use, and no other thread uses it.
#[inline]
pub unsafe fn free(value: RuntimeValue) -> Result<()> {
    let Some((cell, address)) = marked(value) else { return Err(not_live(value)) };
    let mark = cell.load(Ordering::Acquire);
    if mark == ObjectType::String as u8 {
        // SAFETY: the mark says that a string is here; the rest is the caller's.
        return unsafe { free_string(cell, address) };
    }
    // SAFETY: the mark was read from the cell; the rest is the caller's.
    unsafe { free_other(cell, mark, address, value) }
}

/// Frees a string that is on no scope's list. Programs free more of them than of all else, and they
/// own nothing but their block.
///
/// # Safety
/// As [`free_marked`].
#[inline(always)]
unsafe fn free_string(cell: &AtomicU8, address: NonNull<u8>) -> Result<()> {
    if let Err(now) = exchange(cell, ObjectType::String as u8, 0) {
        // SAFETY: the mark was read from the cell; the rest is the caller's.
        return unsafe {
            free_other(cell, now, address, RuntimeValue::from_address(address.addr().get()))
        };
    }
    // SAFETY: the exchange made this thread the only one that knows the string.
    let size = unsafe { address.cast::<StringObject>().as_ref() }.size();
    // SAFETY: not kept beyond this call.
    let local = unsafe { local::current() };
    local::count(local, |counters| counters.freed(ObjectType::String, size));
    match local {
        Some(local) => local.rest(Block::from_parts(address, size)),
        None => local::rest_without_local(address, size),
    }
    Ok(())
}

/// Replaces the mark `from` by `to`. Of several threads that try, one succeeds, and sees what others
/// did to the object. The others get the mark that is there.
#[inline(always)]
fn exchange(cell: &AtomicU8, from: u8, to: u8) -> std::result::Result<(), u8> {
    if runtime_core::alone::is_alone() {
        let now = cell.load(Ordering::Relaxed);
        if now == from {
            cell.store(to, Ordering::Relaxed);
        }
        return if now == from { Ok(()) } else { Err(now) };
    }
    cell.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).map(|_| ())
}

/// # Safety
/// As [`free`]; `mark` was read from `cell`, the cell of `address`.
#[inline(never)]
unsafe fn free_other(
    cell: &AtomicU8,
    mark: u8,
    address: NonNull<u8>,
    value: RuntimeValue,
) -> Result<()> {
    match ObjectType::from_number(mark & TYPE) {
        None => Err(not_live(value)),
        Some(ObjectType::Raw) if raw::built_type(address).is_none() => Err(not_live(value)),
        // SAFETY: the mark says that an object of the type is here; the rest is the caller's.
        Some(object_type) => unsafe { free_marked(cell, mark, object_type, address) },
    }
}

/// Frees the object at `address`, whose mark was `mark`.
///
/// # Safety
/// As [`free`]; `mark` was read from `cell`, the cell of `address`, and is the mark of an
/// `object_type`.
unsafe fn free_marked(
    cell: &AtomicU8,
    mark: u8,
    object_type: ObjectType,
    address: NonNull<u8>,
) -> Result<()> {
    if object_type.is_foreign() {
        foreign::release(object_type, address.cast())?;
    }
    let mut mark = mark;
    while let Err(now) = exchange(cell, mark, mark & SCOPED) {
        // The owner of a scope may take the object off its list meanwhile; then it is still there.
        if now & TYPE != mark & TYPE {
            return Err(not_live(RuntimeValue::from_address(address.as_ptr().addr())));
        }
        mark = now;
    }
    // SAFETY: the exchange made this thread the only one that knows the object.
    let size = unsafe { drop_content(object_type, address) };
    // SAFETY: not kept beyond this call.
    let local = unsafe { local::current() };
    local::count(local, |counters| counters.freed(object_type, size));
    if mark & SCOPED == 0 {
        // SAFETY: the object was made in a block of its own, and its mark is gone.
        unsafe { rest(local, object_type, address, size) };
    }
    Ok(())
}

/// Lets the memory of a dead object rest.
///
/// # Safety
/// `address` is that of a dead object of this type and size, whose memory nobody else owns.
unsafe fn rest(
    local: Option<&local::Local>,
    object_type: ObjectType,
    address: NonNull<u8>,
    size: usize,
) {
    let (address, size) = match object_type {
        // SAFETY: every raw block begins with its prefix.
        ObjectType::Raw => unsafe { raw::whole(address, size) },
        kept if foreign::keeps_memory(kept) => return shells::keep(kept, address),
        _ => (address, size),
    };
    match local {
        Some(local) => local.rest(Block::from_parts(address, size)),
        None => local::rest_without_local(address, size),
    }
}

/// Drops what an object owns beside its block. Returns the size of the block.
///
/// # Safety
/// `address` is that of an object of this type, which nobody uses any more.
unsafe fn drop_content(object_type: ObjectType, address: NonNull<u8>) -> usize {
    // SAFETY: the type says which struct begins at the address.
    unsafe {
        match object_type {
            ObjectType::Array => buffer::drop_array(address.cast()),
            ObjectType::Dict => buffer::drop_dict(address.cast()),
            other if other.is_foreign() => foreign::drop_content(other, address.cast()),
            _ => {}
        }
        size_of_object(object_type, address)
    }
}

/// The size of an object's block.
///
/// # Safety
/// `address` is that of an object of this type.
unsafe fn size_of_object(object_type: ObjectType, address: NonNull<u8>) -> usize {
    unsafe fn size<T: Object>(address: NonNull<u8>) -> usize {
        // SAFETY: the caller says that a `T` is here.
        unsafe { address.cast::<T>().as_ref() }.size()
    }
    // SAFETY: the type says which struct begins at the address.
    unsafe {
        match object_type {
            ObjectType::String => size::<StringObject>(address),
            ObjectType::Array => size::<ArrayObject>(address),
            ObjectType::Dict => size::<DictObject>(address),
            ObjectType::Tuple => size::<TupleObject>(address),
            ObjectType::Object => size::<ClassObject>(address),
            ObjectType::Closure => size::<ClosureObject>(address),
            ObjectType::Enum => size::<EnumObject>(address),
            ObjectType::Unique => size::<UniqueObject>(address),
            ObjectType::Shared => size::<SharedObject>(address),
            ObjectType::Weak => size::<WeakObject>(address),
            ObjectType::Handle => size::<HandleObject>(address),
            ObjectType::Float => size::<FloatObject>(address),
            ObjectType::UInt => size::<UIntObject>(address),
            ObjectType::Int => size::<IntObject>(address),
            ObjectType::Raw => raw::block_size(address),
            foreign => foreign::size(foreign),
        }
    }
}

/// The error for a word that refers to nothing live.
#[cold]
pub(crate) fn not_live(value: RuntimeValue) -> Error {
    Error::written(
        codes::RT_ERROR_NOT_A_VALUE,
        format_args!("value {:#x} is not a live object", value.to_bits()),
    )
}
