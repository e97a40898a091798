/* Threads, locks and channels of runtime-sync together, as a program uses them. What each function does
 * by itself is in test_sync.c. */
#include "harness.h"

enum { THREADS = 4, ROUNDS = 500 };

static RuntimeValue counter, turnstile;
static int64_t channel;

/* Counts under the lock, after all have met; one of them is the leader. */
static RuntimeValue count(RuntimeValue data) {
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

static RuntimeValue answer(RuntimeValue data) {
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

static RuntimeValue wake(RuntimeValue data) {
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
    threads();
    what_threads_hand_over();
    conditions();
    return harness_report("sync threads");
}
