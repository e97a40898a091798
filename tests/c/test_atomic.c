/* Tests of the functions of runtime-atomic: known answers, bad handles, orders, threads, once. */
#include "harness.h"

#include <pthread.h>

static void ints_keep_and_change(void) {
    const int64_t cell = rt_atomic_int_new(42);
    const int64_t other = rt_atomic_int_new(-1);
    CHECK(cell > 0);
    CHECK(other != cell);
    CHECK_INT(rt_atomic_int_load(cell), 42);
    CHECK_INT(rt_atomic_int_store(cell, 10), 1);
    CHECK_INT(rt_atomic_int_swap(cell, 20), 10);
    CHECK(rt_atomic_int_compare_exchange(cell, 20, 100));
    CHECK(!rt_atomic_int_compare_exchange(cell, 20, 300));
    CHECK_INT(rt_atomic_int_compare_exchange_value(cell, 20, 300), 100);
    CHECK_INT(rt_atomic_int_compare_exchange_value(cell, 100, 10), 100);
    CHECK_INT(rt_atomic_int_fetch_add(cell, 5), 10);
    CHECK_INT(rt_atomic_int_fetch_sub(cell, 7), 15);
    CHECK_INT(rt_atomic_int_store(cell, 15), 1);
    CHECK_INT(rt_atomic_int_fetch_and(cell, 12), 15);
    CHECK_INT(rt_atomic_int_fetch_or(cell, 5), 12);
    CHECK_INT(rt_atomic_int_fetch_xor(cell, 6), 13);
    CHECK_INT(rt_atomic_int_fetch_nand(cell, 3), 11);
    CHECK_INT(rt_atomic_int_fetch_max(cell, 9), -4);
    CHECK_INT(rt_atomic_int_fetch_min(cell, 8), 9);
    CHECK_INT(rt_atomic_int_load(cell), 8);
    CHECK_INT(rt_atomic_int_load(other), -1);
    CHECK_INT(rt_atomic_int_free(cell), 1);
    CHECK_INT(rt_atomic_int_free(other), 1);
    CHECK_NO_ERROR();
}

static void ints_wrap_around(void) {
    const int64_t cell = rt_atomic_int_new(INT64_MAX);
    CHECK_INT(rt_atomic_int_fetch_add(cell, 1), INT64_MAX);
    CHECK_INT(rt_atomic_int_fetch_sub(cell, 1), INT64_MIN);
    CHECK_INT(rt_atomic_int_load(cell), INT64_MAX);
    rt_atomic_int_free(cell);
}

static void bools_keep_and_change(void) {
    const int64_t cell = rt_atomic_bool_new(false);
    CHECK(!rt_atomic_bool_load(cell));
    CHECK_INT(rt_atomic_bool_store(cell, true), 1);
    CHECK(rt_atomic_bool_load(cell));
    CHECK(rt_atomic_bool_swap(cell, false));
    CHECK(rt_atomic_bool_compare_exchange(cell, false, true));
    CHECK(!rt_atomic_bool_compare_exchange(cell, false, true));
    CHECK(rt_atomic_bool_fetch_and(cell, false));
    CHECK(!rt_atomic_bool_fetch_or(cell, true));
    CHECK(rt_atomic_bool_fetch_xor(cell, true));
    CHECK(!rt_atomic_bool_fetch_not(cell));
    CHECK(rt_atomic_bool_load(cell));
    CHECK_INT(rt_atomic_bool_free(cell), 1);
    CHECK_NO_ERROR();
}

static void flags_are_taken_once(void) {
    const int64_t flag = rt_atomic_flag_new();
    CHECK(!rt_atomic_flag_load(flag));
    CHECK(!rt_atomic_flag_test_and_set(flag));
    CHECK(rt_atomic_flag_test_and_set(flag));
    CHECK(rt_atomic_flag_load(flag));
    CHECK_INT(rt_atomic_flag_clear(flag), 1);
    CHECK(!rt_atomic_flag_test_and_set(flag));
    CHECK_INT(rt_atomic_flag_free(flag), 1);
    CHECK_NO_ERROR();
    CHECK(rt_atomic_flag_test_and_set(flag));
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_atomic_flag_test_and_set");
}

static void bad_handles_are_refused(void) {
    const int64_t bad[] = {0, -1, 1, 99999, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_INT(rt_atomic_int_load(bad[i]), 0);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_atomic_int_load");
        CHECK_INT(rt_atomic_int_store(bad[i], 1), 0);
        CHECK_INT(rt_atomic_int_fetch_add(bad[i], 1), 0);
        CHECK(!rt_atomic_int_compare_exchange(bad[i], 0, 1));
        CHECK_INT(rt_atomic_int_free(bad[i]), 0);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_atomic_int_free");
        CHECK(!rt_atomic_bool_load(bad[i]));
        CHECK(!rt_atomic_bool_swap(bad[i], true));
        CHECK_INT(rt_atomic_bool_free(bad[i]), 0);
        CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
        CHECK(rt_atomic_flag_test_and_set(bad[i]));
        CHECK_INT(rt_atomic_flag_clear(bad[i]), 0);
        CHECK_INT(rt_atomic_flag_free(bad[i]), 0);
        CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
        CHECK(!rt_once_is_completed(bad[i]));
        CHECK_INT(rt_once_free(bad[i]), 0);
        CHECK_ERROR(RT_ERROR_NOT_A_HANDLE);
    }
    const int64_t cell = rt_atomic_int_new(1);
    CHECK(!rt_atomic_bool_load(cell));
    CHECK_ERROR(RT_ERROR_WRONG_KIND);
    CHECK_INT(rt_atomic_int_free(cell), 1);
    CHECK_INT(rt_atomic_int_free(cell), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
}

static void orders_are_checked(void) {
    const int64_t cell = rt_atomic_int_new(5);
    CHECK_INT(rt_atomic_int_load_explicit(cell, RT_MEMORY_ORDER_ACQUIRE), 5);
    CHECK_INT(rt_atomic_int_store_explicit(cell, 6, RT_MEMORY_ORDER_RELEASE), 1);
    CHECK_INT(rt_atomic_int_fetch_add_explicit(cell, 1, RT_MEMORY_ORDER_RELAXED), 6);
    CHECK(rt_atomic_int_compare_exchange_explicit(cell, 7, 8, RT_MEMORY_ORDER_ACQ_REL,
                                                  RT_MEMORY_ORDER_ACQUIRE));
    CHECK_NO_ERROR();
    CHECK_INT(rt_atomic_int_load_explicit(cell, RT_MEMORY_ORDER_RELEASE), 0);
    CHECK_LAST_ERROR(RT_ERROR_MEMORY_ORDER, "rt_atomic_int_load_explicit");
    CHECK_INT(rt_atomic_int_store_explicit(cell, 9, RT_MEMORY_ORDER_ACQ_REL), 0);
    CHECK_ERROR(RT_ERROR_MEMORY_ORDER);
    CHECK_INT(rt_atomic_int_swap_explicit(cell, 9, 6), 0);
    CHECK_ERROR(RT_ERROR_MEMORY_ORDER);
    CHECK(!rt_atomic_int_compare_exchange_explicit(cell, 8, 9, RT_MEMORY_ORDER_SEQ_CST,
                                                   RT_MEMORY_ORDER_RELEASE));
    CHECK_ERROR(RT_ERROR_MEMORY_ORDER);
    CHECK_INT(rt_atomic_int_load(cell), 8);
    rt_atomic_int_free(cell);
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *add(void *cell) {
    for (int round = 0; round < ROUNDS; round++) {
        rt_atomic_int_fetch_add(*(const int64_t *)cell, 1);
    }
    return NULL;
}

static void on_threads(void *(*work)(void *), void *data) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, work, data), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void additions_are_not_lost(void) {
    int64_t cell = rt_atomic_int_new(0);
    on_threads(add, &cell);
    CHECK_INT(rt_atomic_int_load(cell), THREADS * ROUNDS);
    rt_atomic_int_free(cell);
}

static int64_t calls;
static int64_t token;

static void count_call(void) {
    calls += 1;
}

static void call_again(void) {
    CHECK_INT(rt_once_call(token, (int64_t)(intptr_t)call_again), 0);
    CHECK_LAST_ERROR(RT_ERROR_DEADLOCK, "rt_once_call");
}

static void *call_once_and_look(void *unused) {
    const bool called = rt_once_call(token, (int64_t)(intptr_t)count_call) == 1;
    /* The count is a plain variable: that it is seen is what the token promises. */
    return called && calls == 1 ? unused : &calls;
}

static void once_is_once(void) {
    token = rt_once_new();
    CHECK(!rt_once_is_completed(token));
    CHECK_INT(rt_once_call(token, 0), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_once_call");
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, call_once_and_look, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        CHECK(wrong == NULL);
    }
    CHECK_INT(calls, 1);
    CHECK(rt_once_is_completed(token));
    CHECK_INT(rt_once_free(token), 1);
    CHECK_INT(rt_once_call(token, (int64_t)(intptr_t)count_call), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(calls, 1);

    token = rt_once_new();
    CHECK_INT(rt_once_call(token, (int64_t)(intptr_t)call_again), 1);
    CHECK(rt_once_is_completed(token));
    CHECK_INT(rt_once_free(token), 1);
    CHECK_NO_ERROR();
}

int main(void) {
    ints_keep_and_change();
    ints_wrap_around();
    bools_keep_and_change();
    flags_are_taken_once();
    bad_handles_are_refused();
    orders_are_checked();
    additions_are_not_lost();
    once_is_once();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("atomic");
}
