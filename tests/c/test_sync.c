/* Tests of the functions of runtime-sync: known answers, misuse, and threads of both kinds. */
#include "harness.h"

#include <pthread.h>

static RuntimeValue number(int64_t value) {
    return rt_value_int(value);
}

/* Runs `work` on another thread and waits for its end. */
static void elsewhere(void *(*work)(void *), void *argument) {
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, work, argument), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
}

/* ---- mutexes --------------------------------------------------------------------------------- */

static void *as_a_stranger(void *argument) {
    const RuntimeValue mutex = *(const RuntimeValue *)argument;
    CHECK_NIL(rt_mutex_try_lock(mutex));
    CHECK_INT(rt_mutex_lock_timeout(mutex, 1), 0);
    CHECK_INT(rt_mutex_lock_timeout(mutex, INT64_MIN), 0);
    CHECK_INT(rt_mutex_is_held_by_me(mutex), 0);
    CHECK_NO_ERROR();
    CHECK_INT(rt_mutex_unlock(mutex, number(1)), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_HELD, "rt_mutex_unlock");
    CHECK_INT(rt_mutex_free(mutex), 0);
    CHECK_LAST_ERROR(RT_ERROR_BUSY, "rt_mutex_free");
    return NULL;
}

static void a_mutex_holds_until_it_is_unlocked(void) {
    RuntimeValue mutex = rt_mutex_new(number(42));
    CHECK(rt_mutex_id(mutex) >= 1);
    CHECK_WORD(rt_mutex_lock(mutex), number(42));
    CHECK_INT(rt_mutex_is_held_by_me(mutex), 1);
    elsewhere(as_a_stranger, &mutex);
    CHECK_NIL(rt_mutex_lock(mutex));
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_mutex_lock");
    CHECK_NIL(rt_mutex_try_lock(mutex));
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_mutex_try_lock");
    CHECK_INT(rt_mutex_lock_timeout(mutex, 1), -1);
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_mutex_lock_timeout");
    CHECK_INT(rt_mutex_free(mutex), 0);
    CHECK_LAST_ERROR(RT_ERROR_BUSY, "rt_mutex_free");
    CHECK(rt_mutex_id(mutex) >= 1);
    CHECK_INT(rt_mutex_set(mutex, number(7)), 1);
    CHECK_WORD(rt_mutex_get(mutex), number(7));
    CHECK_INT(rt_mutex_unlock(mutex, number(100)), 1);
    CHECK_INT(rt_mutex_unlock(mutex, number(1)), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_HELD, "rt_mutex_unlock");
    CHECK_NIL(rt_mutex_get(mutex));
    CHECK_LAST_ERROR(RT_ERROR_NOT_HELD, "rt_mutex_get");
    CHECK_INT(rt_mutex_set(mutex, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_HELD, "rt_mutex_set");
    CHECK_INT(rt_mutex_lock_timeout(mutex, 0), 1);
    CHECK_WORD(rt_mutex_get(mutex), number(100));
    CHECK_INT(rt_mutex_unlock(mutex, RT_NIL), 1);
    CHECK_INT(rt_mutex_free(mutex), 1);
    CHECK_NO_ERROR();
    CHECK_INT(rt_mutex_free(mutex), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_VALUE, "rt_mutex_free");
    CHECK_INT(rt_mutex_id(mutex), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    CHECK_NIL(rt_mutex_lock(mutex));
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
}

static void places_are_used_again(void) {
    RuntimeValue kept = rt_mutex_new(number(5));
    for (int64_t round = 0; round < 5000; round++) {
        const RuntimeValue mutex = rt_mutex_new(number(round));
        if (rt_mutex_lock(mutex) != number(round) || rt_mutex_unlock(mutex, RT_NIL) != 1 ||
            rt_mutex_free(mutex) != 1) {
            CHECK_INT(round, -1);
            break;
        }
    }
    CHECK_WORD(rt_mutex_lock(kept), number(5));
    CHECK_INT(rt_mutex_unlock(kept, RT_NIL), 1);
    CHECK_INT(rt_mutex_free(kept), 1);
    CHECK_NO_ERROR();
}

/* ---- readers-writer locks -------------------------------------------------------------------- */

static void *as_a_reader(void *argument) {
    const RuntimeValue lock = *(const RuntimeValue *)argument;
    CHECK_WORD(rt_rwlock_try_read(lock), number(42));
    CHECK_NIL(rt_rwlock_try_write(lock));
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_rwlock_try_write");
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 1);
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_HELD, "rt_rwlock_unlock_read");
    CHECK_NIL(rt_rwlock_try_write(lock));
    CHECK_INT(rt_rwlock_write_timeout(lock, 1), 0);
    CHECK_NO_ERROR();
    return NULL;
}

static void *while_another_writes(void *argument) {
    const RuntimeValue lock = *(const RuntimeValue *)argument;
    CHECK_NIL(rt_rwlock_try_read(lock));
    CHECK_INT(rt_rwlock_read_timeout(lock, 1), 0);
    CHECK_NIL(rt_rwlock_get(lock));
    CHECK_ERROR(RT_ERROR_NOT_HELD);
    CHECK_INT(rt_rwlock_unlock_write((int64_t)lock), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_HELD, "rt_rwlock_unlock_write");
    return NULL;
}

static void a_rwlock_is_read_by_many_or_written_by_one(void) {
    RuntimeValue lock = rt_rwlock_new(number(42));
    CHECK(rt_rwlock_id(lock) >= 1);
    CHECK_WORD(rt_rwlock_read(lock), number(42));
    CHECK_WORD(rt_rwlock_read(lock), number(42));
    elsewhere(as_a_reader, &lock);
    CHECK_NIL(rt_rwlock_write(lock));
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_rwlock_write");
    CHECK_INT(rt_rwlock_set(lock, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_rwlock_set");
    CHECK_INT(rt_rwlock_free(lock), 0);
    CHECK_LAST_ERROR(RT_ERROR_BUSY, "rt_rwlock_free");
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 1);
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 1);
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 0);
    CHECK_ERROR(RT_ERROR_NOT_HELD);

    CHECK_INT(rt_rwlock_set(lock, number(100)), 1);
    CHECK_WORD(rt_rwlock_write(lock), number(100));
    CHECK_INT(rt_rwlock_set(lock, number(7)), 1);
    CHECK_WORD(rt_rwlock_get(lock), number(7));
    elsewhere(while_another_writes, &lock);
    CHECK_NIL(rt_rwlock_read(lock));
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_rwlock_read");
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 0);
    CHECK_ERROR(RT_ERROR_NOT_HELD);
    CHECK_INT(rt_rwlock_unlock_write((int64_t)lock), 1);
    CHECK_INT(rt_rwlock_free(lock), 1);
    CHECK_INT(rt_rwlock_unlock_write((int64_t)lock), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
}

/* ---- semaphores, barriers, atomics ----------------------------------------------------------- */

static void a_semaphore_counts(void) {
    const RuntimeValue semaphore = rt_semaphore_new(2);
    CHECK_INT(rt_semaphore_count(semaphore), 2);
    CHECK_INT(rt_semaphore_acquire(semaphore), 1);
    CHECK_INT(rt_semaphore_try_acquire(semaphore), 1);
    CHECK_INT(rt_semaphore_count(semaphore), 0);
    CHECK_INT(rt_semaphore_try_acquire(semaphore), 0);
    CHECK_INT(rt_semaphore_acquire_timeout(semaphore, 1), 0);
    CHECK_INT(rt_semaphore_acquire_timeout(semaphore, -1), 0);
    CHECK_NO_ERROR();
    CHECK_INT(rt_semaphore_release(semaphore), 1);
    CHECK_INT(rt_semaphore_acquire_timeout(semaphore, INT64_MAX), 1);
    CHECK_INT(rt_semaphore_free(semaphore), 1);
    CHECK_INT(rt_semaphore_release(semaphore), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    CHECK_NIL(rt_semaphore_new(-1));
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_semaphore_new");
    CHECK_NIL(rt_semaphore_new(INT64_MAX));
    CHECK_ERROR(RT_ERROR_LENGTH);

    const RuntimeValue full = rt_semaphore_new((INT64_C(1) << 61) - 1);
    CHECK_INT(rt_semaphore_release(full), 0);
    CHECK_LAST_ERROR(RT_ERROR_TOO_MANY_HOLDS, "rt_semaphore_release");
    CHECK_INT(rt_semaphore_free(full), 1);
}

static int64_t leaders;

static void *at_the_barrier(void *argument) {
    for (int round = 0; round < 10; round++) {
        if (rt_barrier_wait(*(const RuntimeValue *)argument) == 1) {
            __atomic_fetch_add(&leaders, 1, __ATOMIC_RELAXED);
        }
    }
    return NULL;
}

static void a_barrier_has_one_leader_each_round(void) {
    RuntimeValue barrier = rt_barrier_new(3);
    CHECK_INT(rt_barrier_thread_count(barrier), 3);
    pthread_t threads[2];
    for (int thread = 0; thread < 2; thread++) {
        CHECK_INT(pthread_create(&threads[thread], NULL, at_the_barrier, &barrier), 0);
    }
    at_the_barrier(&barrier);
    for (int thread = 0; thread < 2; thread++) {
        CHECK_INT(pthread_join(threads[thread], NULL), 0);
    }
    CHECK_INT(leaders, 10);
    CHECK_INT(rt_barrier_free(barrier), 1);
    CHECK_INT(rt_barrier_wait(barrier), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);

    const RuntimeValue alone = rt_barrier_new(1);
    CHECK_INT(rt_barrier_wait(alone), 1);
    CHECK_INT(rt_barrier_free(alone), 1);
    CHECK_NIL(rt_barrier_new(0));
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_NIL(rt_barrier_new(-5));
    CHECK_ERROR(RT_ERROR_LENGTH);
}

static void an_atomic_is_a_value(void) {
    const RuntimeValue atomic = rt_atomic_new(42);
    int64_t before = -1;
    CHECK_INT(rt_atomic_load(atomic), 42);
    CHECK_INT(rt_atomic_store(atomic, 100), 1);
    CHECK_INT(rt_atomic_swap(atomic, 200), 100);
    CHECK_INT(rt_atomic_compare_exchange(atomic, 200, 300, &before), 1);
    CHECK_INT(before, 200);
    CHECK_INT(rt_atomic_compare_exchange(atomic, 999, 1, &before), 0);
    CHECK_INT(before, 300);
    CHECK_INT(rt_atomic_compare_exchange(atomic, 999, 1, NULL), 0);
    CHECK_INT(rt_atomic_fetch_add(atomic, 50), 300);
    CHECK_INT(rt_atomic_fetch_sub(atomic, 50), 350);
    CHECK_INT(rt_atomic_fetch_and(atomic, 0xFF), 300);
    CHECK_INT(rt_atomic_load(atomic), 44);
    rt_atomic_store(atomic, 0x0F);
    CHECK_INT(rt_atomic_fetch_or(atomic, 0xF0), 0x0F);
    CHECK_INT(rt_atomic_fetch_xor(atomic, 0x0F), 0xFF);
    CHECK_INT(rt_atomic_load(atomic), 0xF0);
    rt_atomic_store(atomic, INT64_MAX);
    rt_atomic_fetch_add(atomic, 1);
    CHECK_INT(rt_atomic_load(atomic), INT64_MIN);
    CHECK(rt_atomic_id(atomic) >= 1);
    CHECK_NO_ERROR();
    CHECK_INT(rt_atomic_free(atomic), 1);
    before = 5;
    CHECK_INT(rt_atomic_compare_exchange(atomic, 0, 1, &before), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    CHECK_INT(before, 5);
}

/* ---- condition variables --------------------------------------------------------------------- */

static int64_t condvar;

static void *make_ready(void *argument) {
    const RuntimeValue mutex = *(const RuntimeValue *)argument;
    rt_mutex_lock(mutex);
    /* The waiting thread gave the mutex up, so it is waited on, and so is the condition variable. */
    CHECK_INT(rt_condvar_free(condvar), 0);
    CHECK_LAST_ERROR(RT_ERROR_BUSY, "rt_condvar_free");
    rt_mutex_unlock(mutex, RT_TRUE);
    CHECK_INT(rt_mutex_free(mutex), 0);
    CHECK_LAST_ERROR(RT_ERROR_BUSY, "rt_mutex_free");
    CHECK_INT(rt_condvar_notify_one(condvar), 1);
    return NULL;
}

static void a_condvar_waits_on_the_mutex(void) {
    RuntimeValue mutex = rt_mutex_new(RT_FALSE);
    pthread_t thread;
    condvar = rt_condvar_new();
    CHECK(condvar >= 1);
    rt_mutex_lock(mutex);
    CHECK_INT(pthread_create(&thread, NULL, make_ready, &mutex), 0);
    while (rt_mutex_get(mutex) != RT_TRUE) {
        CHECK_INT(rt_condvar_wait(condvar, (int64_t)mutex), 1);
    }
    CHECK_INT(rt_mutex_is_held_by_me(mutex), 1);
    CHECK_INT(rt_condvar_wait_timeout(condvar, (int64_t)mutex, 1), 0);
    CHECK_INT(rt_mutex_is_held_by_me(mutex), 1);
    CHECK_INT(rt_mutex_unlock(mutex, RT_NIL), 1);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_NO_ERROR();

    CHECK_INT(rt_condvar_wait(condvar, (int64_t)mutex), -1);
    CHECK_LAST_ERROR(RT_ERROR_NOT_HELD, "rt_condvar_wait");
    CHECK_INT(rt_condvar_wait(condvar, 99999), -1);
    CHECK_ERROR(RT_ERROR_WRONG_TYPE);
    CHECK_INT(rt_condvar_wait_timeout(99999, (int64_t)mutex, 1), -1);
    CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
    CHECK_INT(rt_condvar_notify_all(condvar), 1);
    CHECK_INT(rt_condvar_free(condvar), 1);
    CHECK_INT(rt_condvar_free(condvar), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_condvar_notify_one(condvar), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    rt_mutex_lock(mutex);
    CHECK_INT(rt_condvar_wait(condvar, (int64_t)mutex), -1);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_mutex_is_held_by_me(mutex), 1);
    rt_mutex_unlock(mutex, RT_NIL);
    CHECK_INT(rt_mutex_free(mutex), 1);
}

/* ---- thread-local slots ---------------------------------------------------------------------- */

static void *with_a_value_of_its_own(void *argument) {
    const int64_t slot = *(const int64_t *)argument;
    CHECK_NIL(rt_thread_local_get(slot));
    CHECK_INT(rt_thread_local_set(slot, number(200)), 1);
    CHECK_WORD(rt_thread_local_get(slot), number(200));
    return NULL;
}

static void a_slot_is_of_each_thread(void) {
    int64_t slot = rt_thread_local_new();
    CHECK_NIL(rt_thread_local_get(slot));
    CHECK_INT(rt_thread_local_set(slot, number(100)), 1);
    elsewhere(with_a_value_of_its_own, &slot);
    CHECK_WORD(rt_thread_local_get(slot), number(100));
    CHECK_NO_ERROR();
    CHECK_INT(rt_thread_local_free(slot), 1);
    CHECK_NIL(rt_thread_local_get(slot));
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_thread_local_get");
    CHECK_INT(rt_thread_local_set(slot, RT_NIL), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_thread_local_free(0), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
}

/* ---- threads --------------------------------------------------------------------------------- */

static RuntimeValue add_and_return(RuntimeValue data) {
    rt_array_push(data, number(rt_thread_current_id()));
    return data;
}

static RuntimeValue add_capture(RuntimeValue closure, RuntimeValue data) {
    const int64_t captured = rt_value_as_int(rt_closure_get_capture(closure, 0));
    /* The thread's closure is a copy, and the thread's own. */
    rt_value_free(closure);
    return number(captured + rt_value_as_int(data));
}

static RuntimeValue send_twice(RuntimeValue data, RuntimeValue channel) {
    const int64_t handle = rt_value_as_int(channel);
    rt_channel_send(handle, data);
    rt_channel_send(handle, number(2));
    rt_channel_close(handle);
    return RT_TRUE;
}

static RuntimeValue join_argument(RuntimeValue handle) {
    CHECK_NIL(rt_thread_join((uint64_t)rt_value_as_int(handle)));
    CHECK_ERROR(RT_ERROR_JOINED);
    return RT_NIL;
}

static uint64_t address_of(RuntimeValue (*code)(RuntimeValue)) {
    return (uint64_t)(uintptr_t)code;
}

static void a_thread_works_on_a_copy(void) {
    const RuntimeValue data = rt_array_new(1);
    rt_array_push(data, str("shared"));
    const uint64_t thread = rt_thread_spawn_isolated(address_of(add_and_return), data);
    CHECK(thread != 0);
    CHECK(rt_thread_id(thread) > rt_thread_current_id());
    const RuntimeValue result = rt_thread_join(thread);
    CHECK_INT(rt_array_len(data), 1);
    CHECK_INT(rt_array_len(result), 2);
    CHECK_STR(rt_array_get(result, 0), "shared");
    CHECK(rt_array_get(result, 0) != rt_array_get(data, 0));
    CHECK_WORD(rt_array_get(result, 1), number(rt_thread_id(thread)));
    CHECK_INT(rt_thread_is_done(thread), 1);
    CHECK_NO_ERROR();
    CHECK_NIL(rt_thread_join(thread));
    CHECK_LAST_ERROR(RT_ERROR_JOINED, "rt_thread_join");
    const uint64_t second =
        rt_thread_spawn_isolated(address_of(join_argument), number((int64_t)thread));
    CHECK_NIL(rt_thread_join(second));
    CHECK_NO_ERROR();
    CHECK_INT(rt_thread_free(second), 1);
    CHECK_INT(rt_thread_free(thread), 1);
    CHECK_INT(rt_thread_free(thread), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_thread_is_done(thread), 1);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_thread_id(0), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
    CHECK_NIL(rt_thread_join(0));
    CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
    rt_value_free_deep(data);
    rt_value_free_deep(result);
}

static void copies_outlive_the_scope_of_the_starter(void) {
    rt_scope_begin();
    const RuntimeValue data = rt_array_new(1);
    const uint64_t thread = rt_thread_spawn_isolated(address_of(add_and_return), data);
    rt_scope_end(RT_NIL);
    const RuntimeValue result = rt_thread_join(thread);
    CHECK_INT(rt_array_len(result), 1);
    CHECK_INT(rt_thread_free(thread), 1);
    CHECK_INT(rt_value_free_deep(result), 1);
    CHECK_NO_ERROR();
}

static void what_is_no_code_is_refused(void) {
    const RuntimeValue text = str("no code");
    CHECK_INT((int64_t)rt_thread_spawn_isolated(0, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_thread_spawn_isolated");
    CHECK_INT((int64_t)rt_thread_spawn_isolated(RT_NIL, RT_NIL), 0);
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_INT((int64_t)rt_thread_spawn_isolated(text, RT_NIL), 0);
    CHECK_ERROR(RT_ERROR_WRONG_TYPE);
    rt_value_free(text);
    CHECK_INT((int64_t)rt_thread_spawn_isolated(text, RT_NIL), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    CHECK_INT((int64_t)rt_thread_spawn_isolated(address_of(add_and_return), text), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
}

static void closures_and_channels_pass_into_threads(void) {
    const RuntimeValue closure = rt_closure_new((const uint8_t *)(uintptr_t)add_capture, 1);
    rt_closure_set_capture(closure, 0, number(40));
    uint64_t thread = rt_thread_spawn_isolated(closure, number(2));
    CHECK_WORD(rt_thread_join(thread), number(42));
    CHECK_INT(rt_thread_free(thread), 1);
    rt_value_free(closure);

    const int64_t channel = rt_channel_new();
    CHECK_NIL(rt_channel_try_recv(channel));
    CHECK_NIL(rt_channel_recv_timeout(channel, 1));
    CHECK_INT(rt_channel_is_closed(channel), 0);
    thread = rt_thread_spawn_isolated2((uint64_t)(uintptr_t)send_twice, number(1), number(channel));
    CHECK_WORD(rt_channel_recv(channel), number(1));
    CHECK_WORD(rt_channel_recv(channel), number(2));
    CHECK_NIL(rt_channel_recv(channel));
    CHECK_INT(rt_channel_is_closed(channel), 1);
    CHECK_INT(rt_channel_len(channel), 0);
    CHECK_NO_ERROR();
    CHECK_INT(rt_channel_send(channel, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_CHANNEL_CLOSED, "rt_channel_send");
    CHECK_WORD(rt_thread_join(thread), RT_TRUE);
    CHECK_INT(rt_thread_free(thread), 1);
    CHECK_INT(rt_channel_free(channel), 1);
    CHECK_NIL(rt_channel_recv(channel));
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_channel_is_closed(channel), 1);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
}

static void the_small_ones(void) {
    CHECK(rt_thread_available_parallelism() >= 1);
    rt_thread_sleep(1);
    rt_thread_sleep(0);
    rt_thread_sleep(INT64_MIN);
    rt_thread_yield();
    rt_spin_loop_hint();
    CHECK_NO_ERROR();
}

/* ---- hostile words --------------------------------------------------------------------------- */

static void forged_words_are_refused(void) {
    const RuntimeValue semaphore = rt_semaphore_new(1);
    const RuntimeValue others[] = {RT_NIL, RT_TRUE, 0, number(-1), str("text"), semaphore};
    for (size_t index = 0; index < HARNESS_FORGED_WORDS; index++) {
        const RuntimeValue word = harness_forged_words[index];
        CHECK_NIL(rt_mutex_lock(word));
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
        CHECK_NIL(rt_rwlock_read(word));
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
        CHECK_INT(rt_semaphore_acquire(word), 0);
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
        CHECK_INT(rt_barrier_wait(word), 0);
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
        CHECK_INT(rt_atomic_fetch_add(word, 1), 0);
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    }
    for (size_t index = 0; index < sizeof others / sizeof others[0]; index++) {
        CHECK_NIL(rt_mutex_lock(others[index]));
        CHECK_ERROR(RT_ERROR_WRONG_TYPE);
        CHECK_NIL(rt_rwlock_write(others[index]));
        CHECK_ERROR(RT_ERROR_WRONG_TYPE);
        CHECK_INT(rt_atomic_load(others[index]), 0);
        CHECK_ERROR(RT_ERROR_WRONG_TYPE);
    }
    rt_value_free(others[4]);
    CHECK_INT(rt_semaphore_free(semaphore), 1);
}

int main(void) {
    a_mutex_holds_until_it_is_unlocked();
    places_are_used_again();
    a_rwlock_is_read_by_many_or_written_by_one();
    a_semaphore_counts();
    a_barrier_has_one_leader_each_round();
    an_atomic_is_a_value();
    a_condvar_waits_on_the_mutex();
    a_slot_is_of_each_thread();
    a_thread_works_on_a_copy();
    copies_outlive_the_scope_of_the_starter();
    what_is_no_code_is_refused();
    closures_and_channels_pass_into_threads();
    the_small_ones();
    forged_words_are_refused();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("sync");
}
