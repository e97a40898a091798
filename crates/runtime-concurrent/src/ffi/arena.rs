//! Arenas.

use runtime_core::boundary;

use super::size as size_of;
use crate::arena::{Arena, alignment};
use crate::handles::ARENAS;

/// Makes an arena over `capacity` bytes, all zero, whose address is a multiple of 64. A capacity of
/// 0 is fine. Returns its handle, which the caller owns and frees with `rt_arena_free`; 0 and
/// RT_ERROR_LENGTH for a negative capacity or one that no object can have, RT_ERROR_OUT_OF_MEMORY,
/// or RT_ERROR_HANDLES_EXHAUSTED. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_arena_new(capacity: i64) -> i64 {
    boundary("rt_arena_new", 0, || ARENAS.insert(Arena::new(size_of("capacity", capacity)?)?))
}

/// Allocates `size` bytes. Returns their address, a multiple of `align`, which is a power of two;
/// the bytes are valid until the arena is reset or freed, and no two allocations overlap, whatever
/// the number of threads. A size of 0 gives an address that is not 0 and uses no byte.
///
/// 0 and RT_ERROR_FULL when the arena has too little room left; RT_ERROR_LENGTH for a negative
/// size; RT_ERROR_INVALID_ARGUMENT for an alignment that is no power of two; a handle error for
/// what is no live arena. A failure uses no byte. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_arena_alloc(handle: i64, size: i64, align: i64) -> i64 {
    boundary("rt_arena_alloc", 0, || {
        let size = size_of("size", size)?;
        let align = alignment(align)?;
        Ok(ARENAS.get(handle)?.alloc(size, align)?.as_ptr().expose_provenance() as i64)
    })
}

/// How many bytes the arena has. 0 and a handle error for what is no live arena. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_arena_capacity(handle: i64) -> i64 {
    boundary("rt_arena_capacity", 0, || Ok(ARENAS.get(handle)?.capacity() as i64))
}

/// How many bytes are allocated, those skipped for alignment among them. 0 and a handle error for
/// what is no live arena. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_arena_used(handle: i64) -> i64 {
    boundary("rt_arena_used", 0, || Ok(ARENAS.get(handle)?.used() as i64))
}

/// Takes all allocations back; the next ones get the same memory again, with what is in it. Returns
/// 1; 0 and a handle error for what is no live arena. Thread-safe, but who still uses an allocation
/// then shares it with the next.
#[unsafe(no_mangle)]
pub extern "C" fn rt_arena_reset(handle: i64) -> i64 {
    boundary("rt_arena_reset", 0, || {
        ARENAS.get(handle)?.reset();
        Ok(1)
    })
}

/// Gives the arena's memory back: all its addresses dangle. Returns 1; 0 and a handle error for
/// what is no live arena, so for a second free too. Thread-safe, but no thread may use an
/// allocation any more.
#[unsafe(no_mangle)]
pub extern "C" fn rt_arena_free(handle: i64) -> i64 {
    boundary("rt_arena_free", 0, || ARENAS.free(handle).map(|()| 1))
}
