//! Heap objects whose content belongs to another crate: locks, contract violations, tensors.
//!
//! The area implements [`Foreign`] for the content. The heap does the rest: the word, the check of
//! any word, the statistics, scopes and frees.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, Ordering};

use runtime_core::Result;

use super::block::Block;
use super::layout::Header;
use super::shells;
use crate::types::{ObjectType, TYPES};
use crate::word::RuntimeValue;

/// The content of an object, from offset 8 on.
///
/// # Safety
/// `TYPE` is used by no other implementation and is none of the types that this crate makes, and
/// the alignment of the type is at most 8.
pub unsafe trait Foreign: 'static {
    /// The type that stands in the object's header.
    const TYPE: ObjectType;

    /// Gets ready for the end. Called before the object is freed; when two threads free one object,
    /// possibly by both.
    ///
    /// # Errors
    /// Whatever forbids it: the object then stays live.
    fn release(&self) -> Result<()> {
        Ok(())
    }

    /// Calls `visit` with each value that the object holds.
    fn children(&self, visit: &mut dyn FnMut(RuntimeValue)) {
        let _ = visit;
    }
}

/// Content that a thread may look at while another one frees the object: it is never dropped, and
/// its memory stays memory of the type. So whoever comes late finds old content or that of a newer
/// object, and nothing else.
pub trait Lasting: Foreign {
    /// Becomes `content`, in the memory of a dead object. Late threads read at the same time, so this
    /// stores into atomics.
    fn renew(&self, content: Self);
}

#[repr(C)]
struct ForeignObject<T> {
    header: Header,
    content: T,
}

/// Makes an object with this content.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn make<T: Foreign>(content: T) -> Result<RuntimeValue> {
    Hooks::of::<T, false>().register(T::TYPE);
    make_in_new_memory(content)
}

/// Makes an object with this content, in the memory of an older one of the type where there is one.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
pub fn make_lasting<T: Lasting>(content: T) -> Result<RuntimeValue> {
    const { assert!(!std::mem::needs_drop::<T>()) };
    Hooks::of::<T, true>().register(T::TYPE);
    let Some(address) = shells::take(T::TYPE) else { return make_in_new_memory(content) };
    let size = size_of::<ForeignObject<T>>();
    let object = address.cast::<ForeignObject<T>>();
    // SAFETY: the shell holds a dead object of the type; only its content may be looked at, which
    // is initialised and renewed through a shared reference.
    unsafe {
        (&raw mut (*object.as_ptr()).header).write(Header::new(T::TYPE, size));
        (*object.as_ptr()).content.renew(content);
    }
    // The block is no owner: where publishing fails, the shell goes back.
    let block = ManuallyDrop::new(Block::from_parts(address, size));
    super::publish(&block, address, T::TYPE, size)
        .inspect_err(|_| shells::keep(T::TYPE, address))?;
    Ok(RuntimeValue::from_address(address.as_ptr().addr()))
}

fn make_in_new_memory<T: Foreign>(content: T) -> Result<RuntimeValue> {
    const { assert!(align_of::<T>() <= 8) };
    let address = super::make_typed(T::TYPE, size_of::<ForeignObject<T>>(), |address| {
        let object = address.cast::<ForeignObject<T>>();
        // SAFETY: the block is as large as the object; the header is written by the heap.
        unsafe { (&raw mut (*object.as_ptr()).content).write(content) };
    })?;
    Ok(RuntimeValue::from_address(address.as_ptr().addr()))
}

/// The content of the live object that the word refers to. `name` is the argument's, for the error.
///
/// # Errors
/// `RT_ERROR_NOT_A_VALUE` or `RT_ERROR_WRONG_TYPE`.
#[inline(always)]
pub fn get<'v, T: Foreign>(name: &str, value: &'v RuntimeValue) -> Result<&'v T> {
    match super::found_of_type(*value, T::TYPE) {
        // SAFETY: the object is live and its type is `T`'s alone. It stays until it is freed, and
        // a free promises that no borrow is in use.
        Some(address) => unsafe { Ok(&address.cast::<ForeignObject<T>>().as_ref().content) },
        None => Err(crate::view::wrong(name, *value, T::TYPE)),
    }
}

/// Whether the word refers to a live object of this type.
pub fn is<T: Foreign>(value: RuntimeValue) -> bool {
    super::found_of_type(value, T::TYPE).is_some()
}

/// What the heap must know of a foreign type.
struct Hooks {
    size: usize,
    keeps_memory: bool,
    release: unsafe fn(NonNull<Header>) -> Result<()>,
    children: unsafe fn(NonNull<Header>, &mut dyn FnMut(RuntimeValue)),
    drop: unsafe fn(NonNull<Header>),
}

/// The hooks by type number; null for types that no object was made of.
static HOOKS: [AtomicPtr<Hooks>; TYPES] = [const { AtomicPtr::new(std::ptr::null_mut()) }; TYPES];

impl Hooks {
    fn of<T: Foreign, const KEEPS_MEMORY: bool>() -> &'static Self {
        /// # Safety
        /// `object` is a `ForeignObject<T>`. It is: hooks are found by the type in a live object's
        /// mark, which is `T`'s alone.
        unsafe fn content<'o, T>(object: NonNull<Header>) -> &'o T {
            // SAFETY: the caller's promise.
            unsafe { &object.cast::<ForeignObject<T>>().as_ref().content }
        }

        &Self {
            size: size_of::<ForeignObject<T>>(),
            keeps_memory: KEEPS_MEMORY,
            // SAFETY: see `content`.
            release: |object| unsafe { content::<T>(object).release() },
            // SAFETY: see `content`.
            children: |object, visit| unsafe { content::<T>(object).children(visit) },
            // SAFETY: see `content`; the heap calls it once, when nobody else knows the object.
            drop: |object| unsafe {
                (&raw mut (*object.cast::<ForeignObject<T>>().as_ptr()).content).drop_in_place();
            },
        }
    }

    fn register(&'static self, object_type: ObjectType) {
        HOOKS[object_type as usize].store(std::ptr::from_ref(self).cast_mut(), Ordering::Release);
    }

    fn find(object_type: ObjectType) -> Option<&'static Self> {
        // SAFETY: null, or the hooks of a type, which are static.
        unsafe { HOOKS[object_type as usize].load(Ordering::Acquire).as_ref() }
    }
}

/// Asks a live object whether it may go.
pub(super) fn release(object_type: ObjectType, object: NonNull<Header>) -> Result<()> {
    match Hooks::find(object_type) {
        // SAFETY: the heap found a live object of this type.
        Some(hooks) => unsafe { (hooks.release)(object) },
        None => Ok(()),
    }
}

/// Visits the values of a live object.
pub(super) fn children(
    object_type: ObjectType,
    object: NonNull<Header>,
    visit: &mut dyn FnMut(RuntimeValue),
) {
    if let Some(hooks) = Hooks::find(object_type) {
        // SAFETY: the heap found a live object of this type.
        unsafe { (hooks.children)(object, visit) };
    }
}

/// Drops the content of a dead object.
///
/// # Safety
/// `object` is of this type, and nobody else knows it any more.
pub(super) unsafe fn drop_content(object_type: ObjectType, object: NonNull<Header>) {
    if let Some(hooks) = Hooks::find(object_type) {
        // SAFETY: the caller's promise.
        unsafe { (hooks.drop)(object) };
    }
}

/// Whether the memory of a dead object of this type stays memory of the type.
pub(super) fn keeps_memory(object_type: ObjectType) -> bool {
    object_type.is_foreign() && Hooks::find(object_type).is_some_and(|hooks| hooks.keeps_memory)
}

/// The size of an object of this type.
pub(super) fn size(object_type: ObjectType) -> usize {
    Hooks::find(object_type).map_or(size_of::<Header>(), |hooks| hooks.size)
}
