//! The C functions, called from Rust: known answers, misuse, threads.
#![cfg(feature = "ffi")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use runtime_core::error::{self, codes};
use runtime_sync::codes as sync_codes;
use runtime_sync::ffi::*;
use runtime_value::{Array, Closure, RuntimeValue, View};

fn int(value: i64) -> RuntimeValue {
    RuntimeValue::int(value).unwrap()
}

#[track_caller]
fn assert_error(code: i64, function: &str) {
    assert_eq!(error::last_code(), code, "{:?}", error::last_message());
    let message = error::last_message().unwrap();
    assert!(message.starts_with(&format!("{function}: ")), "{message}");
    error::clear_last();
}

/// Calls `work` with the word on another thread.
fn elsewhere<R: Send>(word: RuntimeValue, work: impl FnOnce(RuntimeValue) -> R + Send) -> R {
    let bits = word.to_bits();
    std::thread::scope(|scope| {
        scope
            // SAFETY: the words in these tests are locks and numbers, which threads may share.
            .spawn(move || work(unsafe { RuntimeValue::from_bits(bits) }))
            .join()
            .unwrap()
    })
}

#[test]
fn a_mutex_holds_until_it_is_unlocked() {
    let mutex = rt_mutex_new(int(42));
    assert!(rt_mutex_id(mutex) > 0);
    assert_eq!(rt_mutex_lock(mutex), int(42));
    assert_eq!(rt_mutex_is_held_by_me(mutex), 1);
    elsewhere(mutex, |mutex| {
        assert!(rt_mutex_try_lock(mutex).is_nil());
        assert_eq!(rt_mutex_lock_timeout(mutex, 5), 0);
        assert_eq!(error::last_code(), 0);
        assert_eq!(rt_mutex_is_held_by_me(mutex), 0);
        assert_eq!(rt_mutex_unlock(mutex, int(1)), 0);
        assert_error(sync_codes::RT_ERROR_NOT_HELD, "rt_mutex_unlock");
        assert_eq!(rt_mutex_free(mutex), 0);
        assert_error(codes::RT_ERROR_BUSY, "rt_mutex_free");
    });
    assert!(rt_mutex_lock(mutex).is_nil());
    assert_error(codes::RT_ERROR_DEADLOCK, "rt_mutex_lock");
    assert_eq!(rt_mutex_set(mutex, int(7)), 1);
    assert_eq!(rt_mutex_get(mutex), int(7));
    assert_eq!(rt_mutex_unlock(mutex, int(100)), 1);
    assert_eq!(rt_mutex_unlock(mutex, int(100)), 0);
    assert_error(sync_codes::RT_ERROR_NOT_HELD, "rt_mutex_unlock");
    assert!(rt_mutex_get(mutex).is_nil());
    assert_error(sync_codes::RT_ERROR_NOT_HELD, "rt_mutex_get");
    assert_eq!(elsewhere(mutex, |mutex| rt_mutex_try_lock(mutex).to_bits()), int(100).to_bits());
}

#[test]
fn a_freed_mutex_is_refused() {
    let mutex = rt_mutex_new(RuntimeValue::NIL);
    assert_eq!(rt_mutex_free(mutex), 1);
    assert_eq!(rt_mutex_free(mutex), 0);
    assert_ne!(error::last_code(), 0);
    assert_eq!(rt_mutex_id(mutex), 0);
    assert!(rt_mutex_lock(mutex).is_nil());
    assert!(rt_mutex_lock(int(3)).is_nil());
    error::clear_last();
    let other = rt_semaphore_new(1);
    assert!(rt_mutex_lock(other).is_nil());
    assert_error(runtime_value::codes::RT_ERROR_WRONG_TYPE, "rt_mutex_lock");
    assert_eq!(rt_semaphore_free(other), 1);
}

#[test]
fn a_rwlock_has_readers_or_a_writer() {
    let lock = rt_rwlock_new(int(42));
    let word = lock.to_bits() as i64;
    assert_eq!(rt_rwlock_read(lock), int(42));
    assert_eq!(rt_rwlock_try_read(lock), int(42));
    assert!(rt_rwlock_write(lock).is_nil());
    assert_error(codes::RT_ERROR_DEADLOCK, "rt_rwlock_write");
    assert_eq!(rt_rwlock_set(lock, int(1)), 0);
    assert_error(codes::RT_ERROR_DEADLOCK, "rt_rwlock_set");
    elsewhere(lock, |lock| {
        let word = lock.to_bits() as i64;
        assert!(rt_rwlock_try_write(lock).is_nil());
        assert_eq!(rt_rwlock_write_timeout(lock, 5), 0);
        assert_eq!(error::last_code(), 0);
        assert_eq!(rt_rwlock_unlock_read(word), 0);
        assert_error(sync_codes::RT_ERROR_NOT_HELD, "rt_rwlock_unlock_read");
        assert_eq!(rt_rwlock_read(lock), int(42));
        assert_eq!(rt_rwlock_unlock_read(word), 1);
        assert_eq!(rt_rwlock_free(lock), 0);
        assert_error(codes::RT_ERROR_BUSY, "rt_rwlock_free");
    });
    assert_eq!(rt_rwlock_unlock_read(word), 1);
    assert_eq!(rt_rwlock_unlock_read(word), 1);
    assert_eq!(rt_rwlock_unlock_read(word), 0);
    assert_error(sync_codes::RT_ERROR_NOT_HELD, "rt_rwlock_unlock_read");

    assert_eq!(rt_rwlock_write(lock), int(42));
    assert_eq!(rt_rwlock_set(lock, int(100)), 1);
    assert_eq!(rt_rwlock_get(lock), int(100));
    assert!(rt_rwlock_read(lock).is_nil());
    assert_error(codes::RT_ERROR_DEADLOCK, "rt_rwlock_read");
    elsewhere(lock, |lock| {
        assert!(rt_rwlock_try_read(lock).is_nil());
        assert_eq!(rt_rwlock_read_timeout(lock, 5), 0);
        assert_eq!(rt_rwlock_unlock_write(lock.to_bits() as i64), 0);
        assert_error(sync_codes::RT_ERROR_NOT_HELD, "rt_rwlock_unlock_write");
    });
    assert_eq!(rt_rwlock_unlock_write(word), 1);
    assert_eq!(rt_rwlock_set(lock, int(5)), 1);
    assert_eq!(rt_rwlock_read(lock), int(5));
    assert_eq!(rt_rwlock_unlock_read(word), 1);
    assert_eq!((rt_rwlock_free(lock), rt_rwlock_free(lock)), (1, 0));
}

#[test]
fn semaphores_barriers_and_atomics_count() {
    let sem = rt_semaphore_new(2);
    assert_eq!((rt_semaphore_acquire(sem), rt_semaphore_try_acquire(sem)), (1, 1));
    assert_eq!((rt_semaphore_try_acquire(sem), rt_semaphore_acquire_timeout(sem, -1)), (0, 0));
    assert_eq!((rt_semaphore_acquire_timeout(sem, 5), error::last_code()), (0, 0));
    assert_eq!((rt_semaphore_release(sem), rt_semaphore_count(sem)), (1, 1));
    assert_eq!((rt_semaphore_free(sem), rt_semaphore_release(sem)), (1, 0));
    assert!(rt_semaphore_new(-1).is_nil());
    assert_error(codes::RT_ERROR_LENGTH, "rt_semaphore_new");

    assert!(rt_barrier_new(0).is_nil() && rt_barrier_new(-5).is_nil());
    error::clear_last();
    let barrier = rt_barrier_new(1);
    assert_eq!((rt_barrier_thread_count(barrier), rt_barrier_wait(barrier)), (1, 1));
    assert_eq!((rt_barrier_free(barrier), rt_barrier_wait(barrier)), (1, 0));
    error::clear_last();

    let atomic = rt_atomic_new(42);
    assert_eq!((rt_atomic_load(atomic), rt_atomic_store(atomic, 100)), (42, 1));
    assert_eq!(rt_atomic_swap(atomic, 200), 100);
    let mut seen = 0;
    // SAFETY: the pointer is to a local number.
    assert_eq!(unsafe { rt_atomic_compare_exchange(atomic, 200, 300, &raw mut seen) }, 1);
    assert_eq!(seen, 200);
    // SAFETY: as above.
    assert_eq!(unsafe { rt_atomic_compare_exchange(atomic, 999, 1, &raw mut seen) }, 0);
    assert_eq!(seen, 300);
    assert_eq!((rt_atomic_fetch_add(atomic, 50), rt_atomic_fetch_sub(atomic, 50)), (300, 350));
    assert_eq!((rt_atomic_fetch_and(atomic, 0xFF), rt_atomic_load(atomic)), (300, 44));
    assert_eq!((rt_atomic_store(atomic, 0x0F), rt_atomic_fetch_or(atomic, 0xF0)), (1, 0x0F));
    assert_eq!((rt_atomic_load(atomic), rt_atomic_free(atomic)), (0xFF, 1));
    assert_eq!((rt_atomic_load(atomic), rt_atomic_free(atomic)), (0, 0));
}

#[test]
fn a_condvar_waits_on_the_mutex() {
    let (condvar, mutex) = (rt_condvar_new(), rt_mutex_new(int(0)));
    let word = mutex.to_bits() as i64;
    assert_eq!(rt_condvar_wait(condvar, word), -1);
    assert_error(sync_codes::RT_ERROR_NOT_HELD, "rt_condvar_wait");
    rt_mutex_lock(mutex);
    assert_eq!((rt_condvar_wait_timeout(condvar, word, 1), error::last_code()), (0, 0));
    assert_eq!(rt_mutex_is_held_by_me(mutex), 1);
    assert_eq!(rt_condvar_wait_timeout(99_999, word, 1), -1);
    assert_error(codes::RT_ERROR_NOT_A_HANDLE, "rt_condvar_wait_timeout");
    std::thread::scope(|scope| {
        let bits = mutex.to_bits();
        scope.spawn(move || {
            // SAFETY: threads may share a mutex.
            let mutex = unsafe { RuntimeValue::from_bits(bits) };
            rt_mutex_lock(mutex);
            assert_eq!(rt_condvar_free(condvar), 0);
            assert_error(codes::RT_ERROR_BUSY, "rt_condvar_free");
            assert_eq!(rt_condvar_notify_one(condvar), 1);
            rt_mutex_unlock(mutex, int(1));
        });
        while rt_mutex_get(mutex) == int(0) {
            assert_eq!(rt_condvar_wait(condvar, word), 1);
        }
    });
    assert_eq!(rt_mutex_unlock(mutex, RuntimeValue::NIL), 1);
    assert_eq!((rt_condvar_free(condvar), rt_condvar_notify_all(condvar)), (1, 0));
    assert_error(codes::RT_ERROR_STALE_HANDLE, "rt_condvar_notify_all");
    assert_eq!(rt_mutex_free(mutex), 1);
}

#[test]
fn slots_are_of_each_thread() {
    let slot = rt_thread_local_new();
    assert_eq!(rt_thread_local_set(slot, int(100)), 1);
    elsewhere(RuntimeValue::NIL, |_| {
        assert!(rt_thread_local_get(slot).is_nil());
        rt_thread_local_set(slot, int(200));
        assert_eq!(rt_thread_local_get(slot), int(200));
    });
    assert_eq!(rt_thread_local_get(slot), int(100));
    assert_eq!(rt_thread_local_free(slot), 1);
    assert!(rt_thread_local_get(slot).is_nil());
    assert_error(codes::RT_ERROR_STALE_HANDLE, "rt_thread_local_get");
    assert_eq!(rt_thread_local_set(slot, int(1)) + rt_thread_local_free(slot), 0);
}

extern "C-unwind" fn push_two(data: RuntimeValue) -> RuntimeValue {
    Array::of("data", data).unwrap().push(int(2)).unwrap();
    data
}

extern "C-unwind" fn panics(_: RuntimeValue) -> RuntimeValue {
    panic!("on purpose")
}

extern "C-unwind" fn joins_itself(handles: RuntimeValue) -> RuntimeValue {
    let handle = rt_channel_recv(handles.to_int().unwrap()).to_int().unwrap();
    assert!(rt_thread_join(handle as u64).is_nil());
    int(error::last_code())
}

extern "C-unwind" fn closure_adds(closure: RuntimeValue, data: RuntimeValue) -> RuntimeValue {
    let captured = Closure::of("closure", closure).unwrap().get(0).unwrap();
    int(captured.to_int().unwrap() + data.to_int().unwrap())
}

extern "C-unwind" fn adds_to_atomic(data: RuntimeValue, atomic: RuntimeValue) -> RuntimeValue {
    int(rt_atomic_fetch_add(atomic, data.to_int().unwrap()))
}

fn spawn(function: extern "C-unwind" fn(RuntimeValue) -> RuntimeValue, data: RuntimeValue) -> u64 {
    // SAFETY: the function is of the form that is asked for.
    unsafe { rt_thread_spawn_isolated(function as *const () as u64, data) }
}

#[test]
fn a_thread_works_on_a_copy() {
    let mine = Array::from_slice(&[int(1)]).unwrap();
    let thread = spawn(push_two, mine.value());
    assert!(rt_thread_id(thread) > 0);
    assert_eq!(rt_thread_join(thread).to_string(), "[1, 2]");
    assert_eq!((mine.len(), rt_thread_is_done(thread)), (1, 1));
    assert!(rt_thread_join(thread).is_nil());
    assert_error(sync_codes::RT_ERROR_JOINED, "rt_thread_join");
    assert_eq!((rt_thread_free(thread), rt_thread_free(thread)), (1, 0));
    assert_error(codes::RT_ERROR_STALE_HANDLE, "rt_thread_free");
    assert!(rt_thread_join(thread).is_nil() && rt_thread_join(0).is_nil());
    assert_eq!(rt_thread_id(0), 0);
    assert_error(codes::RT_ERROR_NOT_A_HANDLE, "rt_thread_id");
}

#[test]
fn a_thread_that_panics_or_joins_itself_is_an_error() {
    let thread = spawn(panics, RuntimeValue::NIL);
    assert!(rt_thread_join(thread).is_nil());
    assert!(error::last_message().unwrap().ends_with("on purpose"));
    assert_error(codes::RT_ERROR_PANIC, "rt_thread_join");
    rt_thread_free(thread);

    let channel = rt_channel_new();
    let thread = spawn(joins_itself, int(channel));
    rt_channel_send(channel, int(thread as i64));
    assert_eq!(rt_thread_join(thread), int(codes::RT_ERROR_DEADLOCK));
    assert_eq!((rt_thread_free(thread), rt_channel_free(channel)), (1, 1));
}

#[test]
fn closures_and_second_arguments_arrive() {
    let closure = Closure::new(closure_adds as *const u8, 1).unwrap();
    closure.set(0, int(40)).unwrap();
    // SAFETY: the closure's function is of the form that is asked for.
    let thread = unsafe { rt_thread_spawn_isolated(closure.value().to_bits(), int(2)) };
    assert_eq!(rt_thread_join(thread), int(42));
    rt_thread_free(thread);

    let atomic = rt_atomic_new(5);
    let function = adds_to_atomic as *const () as u64;
    // SAFETY: as above.
    let thread = unsafe { rt_thread_spawn_isolated2(function, int(3), atomic) };
    assert_eq!(rt_thread_join(thread), int(5));
    assert_eq!((rt_atomic_load(atomic), rt_thread_free(thread)), (8, 1));

    for no_function in [0, RuntimeValue::NIL.to_bits(), atomic.to_bits()] {
        // SAFETY: the word is refused.
        assert_eq!(unsafe { rt_thread_spawn_isolated(no_function, int(3)) }, 0);
        assert_ne!(error::last_code(), 0);
    }
    assert_eq!(rt_atomic_free(atomic), 1);
    assert!(rt_thread_available_parallelism() >= 1);
    rt_thread_sleep(-1);
    rt_thread_yield();
    rt_spin_loop_hint();
}

#[test]
fn a_channel_passes_each_value_once() {
    const SENT: i64 = 1_000;
    let channel = rt_channel_new();
    assert!(rt_channel_try_recv(channel).is_nil() && rt_channel_recv_timeout(channel, 2).is_nil());
    let sum: i64 = std::thread::scope(|scope| {
        let receivers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(move || {
                    std::iter::from_fn(|| rt_channel_recv(channel).to_int().ok()).sum::<i64>()
                })
            })
            .collect();
        let senders: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(move || {
                    for n in 1..=SENT {
                        assert_eq!(rt_channel_send(channel, int(n)), 1);
                    }
                })
            })
            .collect();
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        rt_channel_close(channel);
        receivers.into_iter().map(|receiver| receiver.join().unwrap()).sum()
    });
    assert_eq!(sum, SENT * (SENT + 1));
    assert_eq!((rt_channel_is_closed(channel), rt_channel_len(channel)), (1, 0));
    assert_eq!(rt_channel_send(channel, int(1)), 0);
    assert_error(sync_codes::RT_ERROR_CHANNEL_CLOSED, "rt_channel_send");
    assert_eq!((rt_channel_free(channel), rt_channel_is_closed(channel)), (1, 1));
    assert_error(codes::RT_ERROR_STALE_HANDLE, "rt_channel_is_closed");
}

#[test]
fn nothing_is_lost_under_a_mutex() {
    const EACH: i64 = 5_000;
    let mutex = rt_mutex_new(int(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let bits = mutex.to_bits();
            scope.spawn(move || {
                // SAFETY: threads may share a mutex.
                let mutex = unsafe { RuntimeValue::from_bits(bits) };
                for _ in 0..EACH {
                    let count = rt_mutex_lock(mutex).to_int().unwrap();
                    assert_eq!(rt_mutex_unlock(mutex, int(count + 1)), 1);
                }
            });
        }
    });
    assert_eq!(rt_mutex_lock(mutex), int(4 * EACH));
    rt_mutex_unlock(mutex, RuntimeValue::NIL);
    assert_eq!(rt_mutex_free(mutex), 1);
}
