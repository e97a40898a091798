/* Tests of the functions of runtime-sync from C: locks hold, misuse is an error, threads that share
 * nothing hand their results over. */
#include "harness.h"

/* A word whose low bits are those of a heap reference is taken for a closure, so the address of a
 * thread's function must not look like one. */
#define ALIGNED __attribute__((aligned(16)))

enum { THREADS = 4, ROUNDS = 500 };

static RuntimeValue counter, turnstile;
static int64_t channel;

static void mutexes(void) {
    const RuntimeValue mutex = rt_mutex_new(rt_value_int(42));
    CHECK(rt_mutex_id(mutex) > 0);
    CHECK_INT(rt_value_as_int(rt_mutex_lock(mutex)), 42);
    CHECK_INT(rt_mutex_is_held_by_me(mutex), 1);
    CHECK_NIL(rt_mutex_lock(mutex));
    CHECK_ERROR(RT_ERROR_DEADLOCK);
    CHECK_INT(rt_mutex_free(mutex), 0);
    CHECK_ERROR(RT_ERROR_BUSY);
    CHECK_INT(rt_mutex_unlock(mutex, rt_value_int(100)), 1);
    rt_last_error_clear();
    CHECK_INT(rt_mutex_unlock(mutex, RT_NIL), 0);
    CHECK(rt_last_error_code() != RT_ERROR_NONE);
    CHECK_INT(rt_value_as_int(rt_mutex_try_lock(mutex)), 100);
    CHECK_INT(rt_mutex_unlock(mutex, RT_NIL), 1);
    CHECK_INT(rt_mutex_free(mutex), 1);
    CHECK_INT(rt_mutex_id(mutex), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
}

static void rwlocks(void) {
    const RuntimeValue lock = rt_rwlock_new(rt_value_int(42));
    CHECK_INT(rt_value_as_int(rt_rwlock_read(lock)), 42);
    CHECK_NIL(rt_rwlock_write(lock));
    CHECK_ERROR(RT_ERROR_DEADLOCK);
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 1);
    CHECK_INT(rt_value_as_int(rt_rwlock_write(lock)), 42);
    CHECK_INT(rt_rwlock_set(lock, rt_value_int(100)), 1);
    CHECK_INT(rt_rwlock_free(lock), 0);
    CHECK_ERROR(RT_ERROR_BUSY);
    CHECK_INT(rt_rwlock_unlock_write((int64_t)lock), 1);
    CHECK_INT(rt_value_as_int(rt_rwlock_try_read(lock)), 100);
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 1);
    CHECK_INT(rt_rwlock_unlock_read((int64_t)lock), 0);
    CHECK_INT(rt_rwlock_free(lock), 1);
}

static void semaphores_and_barriers(void) {
    CHECK_NIL(rt_semaphore_new(-1));
    const RuntimeValue semaphore = rt_semaphore_new(2);
    CHECK_INT(rt_semaphore_acquire(semaphore), 1);
    CHECK_INT(rt_semaphore_acquire(semaphore), 1);
    rt_last_error_clear();
    CHECK_INT(rt_semaphore_try_acquire(semaphore), 0);
    CHECK_INT(rt_semaphore_acquire_timeout(semaphore, 1), 0);
    CHECK_INT(rt_last_error_code(), RT_ERROR_NONE);
    CHECK_INT(rt_semaphore_release(semaphore), 1);
    CHECK_INT(rt_semaphore_count(semaphore), 1);
    CHECK_INT(rt_semaphore_free(semaphore), 1);
    CHECK_NIL(rt_barrier_new(0));
    CHECK_NIL(rt_barrier_new(-5));
    const RuntimeValue barrier = rt_barrier_new(1);
    CHECK_INT(rt_barrier_wait(barrier), 1);
    CHECK_INT(rt_barrier_thread_count(barrier), 1);
    CHECK_INT(rt_barrier_free(barrier), 1);
}

static void atomics(void) {
    const RuntimeValue atomic = rt_atomic_new(100);
    int64_t seen = 0;
    CHECK_INT(rt_atomic_swap(atomic, 200), 100);
    CHECK_INT(rt_atomic_compare_exchange(atomic, 200, 300, &seen), 1);
    CHECK_INT(seen, 200);
    CHECK_INT(rt_atomic_compare_exchange(atomic, 999, 1, &seen), 0);
    CHECK_INT(seen, 300);
    CHECK_INT(rt_atomic_fetch_add(atomic, 50), 300);
    CHECK_INT(rt_atomic_fetch_sub(atomic, 50), 350);
    CHECK_INT(rt_atomic_fetch_and(atomic, 0xFF), 300);
    CHECK_INT(rt_atomic_load(atomic), 44);
    CHECK_INT(rt_atomic_free(atomic), 1);
    CHECK_INT(rt_atomic_load(atomic), 0);
    CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
}

/* Counts under the lock, after all have met; one of them is the leader. */
ALIGNED static RuntimeValue count(RuntimeValue data) {
    const int64_t leader = rt_barrier_wait(turnstile);
    for (int round = 0; round < ROUNDS; round++) {
        const int64_t now = rt_value_as_int(rt_mutex_lock(counter));
        rt_mutex_unlock(counter, rt_value_int(now + rt_value_as_int(data)));
    }
    return rt_value_int(leader);
}

static void threads(void) {
    counter = rt_mutex_new(rt_value_int(0));
    turnstile = rt_barrier_new(THREADS);
    uint64_t handles[THREADS];
    int64_t leaders = 0;
    for (int i = 0; i < THREADS; i++) {
        handles[i] = rt_thread_spawn_isolated((uint64_t)(uintptr_t)count, rt_value_int(2));
        CHECK(handles[i] != 0);
    }
    for (int i = 0; i < THREADS; i++) {
        leaders += rt_value_as_int(rt_thread_join(handles[i]));
        CHECK_INT(rt_thread_is_done(handles[i]), 1);
        rt_thread_free(handles[i]);
    }
    CHECK_INT(leaders, 1);
    CHECK_INT(rt_value_as_int(rt_mutex_lock(counter)), 2 * THREADS * ROUNDS);
    rt_mutex_unlock(counter, RT_NIL);
    CHECK_INT(rt_mutex_free(counter), 1);
    CHECK_INT(rt_barrier_free(turnstile), 1);
    CHECK_INT(rt_handle_live_count(RT_HANDLE_KIND_THREAD), 0);
    CHECK_NIL(rt_thread_join(0));
    CHECK(rt_thread_available_parallelism() >= 1);
}

ALIGNED static RuntimeValue answer(RuntimeValue data) {
    rt_channel_send(channel, rt_value_int(rt_array_len(data)));
    return data;
}

static void what_threads_hand_over(void) {
    channel = rt_channel_new();
    const RuntimeValue data = rt_array_new(0), text = str("text");
    rt_array_push(data, text);
    const uint64_t thread = rt_thread_spawn_isolated((uint64_t)(uintptr_t)answer, data);
    CHECK_INT(rt_value_as_int(rt_channel_recv(channel)), 1);
    const RuntimeValue copy = rt_thread_join(thread);
    CHECK(copy != data);
    CHECK_INT(rt_value_eq(copy, data), 1);
    rt_thread_free(thread);
    CHECK_INT(rt_value_free_deep(copy), 2);
    CHECK_INT(rt_value_free_deep(data), 2);
    rt_last_error_clear();
    CHECK_NIL(rt_channel_try_recv(channel));
    CHECK_INT(rt_last_error_code(), RT_ERROR_NONE);
    CHECK_INT(rt_channel_free(channel), 1);
}

static RuntimeValue condition_mutex;
static int64_t condition;

ALIGNED static RuntimeValue wake(RuntimeValue data) {
    rt_mutex_lock(condition_mutex);
    rt_mutex_unlock(condition_mutex, RT_TRUE);
    rt_condvar_notify_one(condition);
    return data;
}

static void conditions(void) {
    condition_mutex = rt_mutex_new(RT_FALSE);
    condition = rt_condvar_new();
    CHECK_INT(rt_condvar_wait_timeout(99999, (int64_t)condition_mutex, 1), -1);
    CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
    rt_mutex_lock(condition_mutex);
    CHECK_INT(rt_condvar_wait_timeout(condition, (int64_t)condition_mutex, 1), 0);
    const uint64_t thread = rt_thread_spawn_isolated((uint64_t)(uintptr_t)wake, RT_NIL);
    CHECK(thread != 0);
    for (int tries = 0; tries < 10 && rt_mutex_get(condition_mutex) != RT_TRUE; tries++) {
        CHECK(rt_condvar_wait_timeout(condition, (int64_t)condition_mutex, 1000) >= 0);
    }
    rt_mutex_unlock(condition_mutex, RT_NIL);
    rt_thread_join(thread);
    rt_thread_free(thread);
    CHECK_INT(rt_condvar_free(condition), 1);
    CHECK_INT(rt_mutex_free(condition_mutex), 1);
}

int main(void) {
    mutexes();
    rwlocks();
    semaphores_and_barriers();
    atomics();
    threads();
    what_threads_hand_over();
    conditions();
    return harness_report("sync");
}
