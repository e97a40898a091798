/* Tests of the functions of runtime-concurrent: known answers, bad input, callbacks, threads. */
#include "harness.h"

#include <pthread.h>

static RuntimeValue num(int64_t number) {
    return rt_value_int(number);
}

static void arenas_hand_out_memory(void) {
    const int64_t arena = rt_arena_new(1024);
    CHECK(arena > 0);
    CHECK_INT(rt_arena_capacity(arena), 1024);
    CHECK_INT(rt_arena_used(arena), 0);
    const int64_t first = rt_arena_alloc(arena, 64, 8);
    CHECK_INT(first % 64, 0);
    CHECK_INT(rt_arena_used(arena), 64);
    CHECK(rt_arena_alloc(arena, 32, 8) != 0);
    CHECK_INT(rt_arena_used(arena), 96);
    memset((void *)(intptr_t)first, 0xab, 96);
    CHECK_INT(rt_arena_reset(arena), 1);
    CHECK_INT(rt_arena_alloc(arena, 5, 1), first);
    CHECK_INT(rt_arena_alloc(arena, 8, 8) % 8, 0);
    CHECK_INT(rt_arena_used(arena), 16);
    CHECK(rt_arena_alloc(arena, 0, 1) != 0);
    CHECK_INT(rt_arena_used(arena), 16);
    CHECK_INT(rt_arena_free(arena), 1);
    CHECK_NO_ERROR();

    const int64_t small = rt_arena_new(100);
    CHECK_INT(rt_arena_alloc(small, 200, 1), 0);
    CHECK_LAST_ERROR(RT_ERROR_FULL, "rt_arena_alloc");
    CHECK(rt_arena_alloc(small, 50, 1) != 0);
    CHECK_INT(rt_arena_alloc(small, -1, 1), 0);
    CHECK_ERROR(RT_ERROR_LENGTH);
    CHECK_INT(rt_arena_alloc(small, 1, 0), 0);
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_INT(rt_arena_alloc(small, 1, -8), 0);
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_INT(rt_arena_alloc(small, 1, 24), 0);
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_INT(rt_arena_alloc(small, INT64_MAX, INT64_C(1) << 62), 0);
    CHECK_ERROR(RT_ERROR_FULL);
    CHECK_INT(rt_arena_used(small), 50);
    CHECK_INT(rt_arena_free(small), 1);
    CHECK_INT(rt_arena_free(small), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_arena_free");
    CHECK_INT(rt_arena_alloc(small, 1, 1), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_arena_new(-1), 0);
    CHECK_ERROR(RT_ERROR_LENGTH);
    CHECK_INT(rt_arena_new(INT64_MAX), 0);
    CHECK_ERROR(RT_ERROR_LENGTH);

    const int64_t empty = rt_arena_new(0);
    CHECK(empty > 0);
    CHECK_INT(rt_arena_alloc(empty, 1, 1), 0);
    CHECK_ERROR(RT_ERROR_FULL);
    CHECK_INT(rt_arena_free(empty), 1);
}

static void maps_keep_entries(void) {
    const int64_t map = rt_concurrent_map_new();
    CHECK_INT(rt_concurrent_map_len(map), 0);
    CHECK_INT(rt_concurrent_map_insert(map, 1, num(10)), 1);
    CHECK_INT(rt_concurrent_map_insert(map, 1, num(11)), 2);
    CHECK_INT(rt_concurrent_map_len(map), 1);
    CHECK_WORD(rt_concurrent_map_get(map, 1), num(11));
    CHECK_NIL(rt_concurrent_map_get(map, 2));
    CHECK_NIL(rt_concurrent_map_swap(map, 2, num(20)));
    CHECK_WORD(rt_concurrent_map_swap(map, 2, num(21)), num(20));
    CHECK_WORD(rt_concurrent_map_get_or_insert(map, 2, num(99)), num(21));
    CHECK_WORD(rt_concurrent_map_get_or_insert(map, 3, num(30)), num(30));
    CHECK(rt_concurrent_map_compare_exchange(map, 3, num(30), num(31)));
    CHECK(!rt_concurrent_map_compare_exchange(map, 3, num(30), num(32)));
    CHECK(rt_concurrent_map_contains(map, 3));
    CHECK(!rt_concurrent_map_contains(map, 4));
    const RuntimeValue keys = rt_concurrent_map_keys(map);
    CHECK_INT(rt_array_len(keys), 3);
    CHECK_INT(rt_value_free(keys), 1);
    const RuntimeValue entries = rt_concurrent_map_entries(map);
    CHECK_INT(rt_array_len(entries), 3);
    CHECK(rt_value_free_deep(entries) == 4);
    CHECK_WORD(rt_concurrent_map_remove(map, 1), num(11));
    CHECK_NIL(rt_concurrent_map_remove(map, 1));
    CHECK_INT(rt_concurrent_map_clear(map), 1);
    CHECK_INT(rt_concurrent_map_len(map), 0);
    CHECK_NO_ERROR();
    CHECK_INT(rt_concurrent_map_free(map), 1);
    CHECK_INT(rt_concurrent_map_free(map), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_concurrent_map_free");
    CHECK_INT(rt_concurrent_map_insert(map, 1, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_concurrent_map_insert");
}

static RuntimeValue increment(void *map, RuntimeValue current, bool found) {
    CHECK_INT(rt_concurrent_map_insert(*(const int64_t *)map, 99, RT_TRUE) != 0, true);
    return found ? num(rt_value_as_int(current) + 1) : num(1);
}

static bool add_up(void *sum, int64_t key, RuntimeValue value) {
    *(int64_t *)sum += key * rt_value_as_int(value);
    return key != 4;
}

static void callbacks_may_use_the_map(void) {
    int64_t map = rt_concurrent_map_new();
    CHECK_WORD(rt_concurrent_map_update(map, 1, increment, &map), num(1));
    CHECK_WORD(rt_concurrent_map_update(map, 1, increment, &map), num(2));
    CHECK_INT(rt_concurrent_map_len(map), 2);
    CHECK_INT(rt_concurrent_map_clear(map), 1);
    CHECK_INT(rt_concurrent_map_insert(map, 2, num(5)), 1);
    CHECK_INT(rt_concurrent_map_insert(map, 3, num(7)), 1);
    int64_t sum = 0;
    CHECK_INT(rt_concurrent_map_for_each(map, add_up, &sum), 2);
    CHECK_INT(sum, 31);
    CHECK_NO_ERROR();
    CHECK_NIL(rt_concurrent_map_update(map, 1, NULL, NULL));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_concurrent_map_update");
    CHECK_INT(rt_concurrent_map_for_each(map, NULL, NULL), -1);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_concurrent_map_for_each");
    rt_concurrent_map_free(map);
}

static bool count_texts(void *count, RuntimeValue key, RuntimeValue value) {
    *(int64_t *)count += !rt_value_is_int(key) && rt_string_len(key) == 4 && value == RT_TRUE;
    return true;
}

static void value_maps_compare_by_content(void) {
    const int64_t map = rt_concurrent_value_map_new();
    RuntimeValue key = str("name");
    CHECK_INT(rt_concurrent_value_map_insert(map, key, RT_TRUE), 1);
    CHECK_INT(rt_value_free(key), 1);
    CHECK_NIL(rt_concurrent_value_map_get(map, key));
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_VALUE, "rt_concurrent_value_map_get");
    key = str("name");
    CHECK_WORD(rt_concurrent_value_map_get(map, key), RT_TRUE);
    CHECK_INT(rt_concurrent_value_map_insert(map, num(2), RT_FALSE), 1);
    CHECK(rt_concurrent_value_map_contains(map, rt_value_float(2.0)));
    int64_t texts = 0;
    CHECK_INT(rt_concurrent_value_map_for_each(map, count_texts, &texts), 2);
    CHECK_INT(texts, 1);
    const RuntimeValue keys = rt_concurrent_value_map_keys(map);
    CHECK_INT(rt_array_len(keys), 2);
    CHECK(rt_value_free_deep(keys) == 2);
    CHECK_WORD(rt_concurrent_value_map_remove(map, key), RT_TRUE);
    CHECK_INT(rt_concurrent_value_map_len(map), 1);
    CHECK_NO_ERROR();
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_INT(rt_concurrent_value_map_insert(map, harness_forged_words[i], RT_NIL), 0);
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    }
    CHECK_INT(rt_concurrent_map_len(map), 0);
    CHECK_ERROR(RT_ERROR_WRONG_KIND);
    CHECK_INT(rt_value_free(key), 1);
    CHECK_INT(rt_concurrent_value_map_free(map), 1);
}

static void queues_and_stacks_keep_order(void) {
    const int64_t queue = rt_concurrent_queue_new();
    const int64_t stack = rt_concurrent_stack_new();
    CHECK(rt_concurrent_queue_is_empty(queue));
    CHECK(rt_concurrent_stack_is_empty(stack));
    for (int64_t i = 0; i < 100; i++) {
        CHECK_INT(rt_concurrent_queue_push(queue, num(i)), 1);
        CHECK_INT(rt_concurrent_stack_push(stack, num(i)), 1);
    }
    CHECK_INT(rt_concurrent_queue_len(queue), 100);
    CHECK_INT(rt_concurrent_stack_len(stack), 100);
    for (int64_t i = 0; i < 100; i++) {
        CHECK_WORD(rt_concurrent_queue_pop(queue), num(i));
        CHECK_WORD(rt_concurrent_stack_pop(stack), num(99 - i));
    }
    CHECK_NIL(rt_concurrent_queue_pop(queue));
    CHECK_NIL(rt_concurrent_stack_pop(stack));
    CHECK_NO_ERROR();
    CHECK_INT(rt_concurrent_queue_free(queue), 1);
    CHECK_INT(rt_concurrent_stack_free(stack), 1);
    CHECK_INT(rt_concurrent_queue_free(queue), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK(rt_concurrent_stack_is_empty(stack));
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
}

static void pools_are_bounded(void) {
    const int64_t pool = rt_pool_new(3);
    CHECK_INT(rt_pool_capacity(pool), 3);
    CHECK_INT(rt_pool_available(pool), 0);
    CHECK_NIL(rt_pool_acquire(pool));
    for (int64_t i = 1; i <= 3; i++) {
        CHECK_INT(rt_pool_release(pool, num(i)), 1);
    }
    CHECK_NO_ERROR();
    CHECK_INT(rt_pool_release(pool, num(4)), 0);
    CHECK_LAST_ERROR(RT_ERROR_FULL, "rt_pool_release");
    CHECK_INT(rt_pool_available(pool), 3);
    CHECK_WORD(rt_pool_acquire(pool), num(1));
    CHECK_WORD(rt_pool_acquire(pool), num(2));
    CHECK_INT(rt_pool_free(pool), 1);
    CHECK_INT(rt_pool_new(0), 0);
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_pool_new");
    CHECK_INT(rt_pool_new(-3), 0);
    CHECK_ERROR(RT_ERROR_LENGTH);
}

static int64_t store;

static void *on_another_thread(void *unused) {
    CHECK_NIL(rt_tls_get(store, UINT64_MAX - 1));
    CHECK_INT(rt_tls_set(store, UINT64_MAX - 1, RT_FALSE), 1);
    CHECK_INT(rt_tls_clear(store), 1);
    CHECK_NO_ERROR();
    return unused;
}

static void thread_local_values_are_the_threads_own(void) {
    pthread_t thread;
    store = rt_tls_new();
    CHECK_INT(rt_tls_set(store, UINT64_MAX - 1, num(42)), 1);
    CHECK_INT(pthread_create(&thread, NULL, on_another_thread, NULL), 0);
    pthread_join(thread, NULL);
    CHECK_WORD(rt_tls_get(store, UINT64_MAX - 1), num(42));
    CHECK_WORD(rt_tls_remove(store, UINT64_MAX - 1), num(42));
    CHECK_NIL(rt_tls_remove(store, UINT64_MAX - 1));
    CHECK_INT(rt_tls_free(store), 1);
    CHECK_NO_ERROR();
    CHECK_NIL(rt_tls_get(store, 1));
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_tls_get");
}

static int64_t bounded;

static void *pop_two(void *unused) {
    CHECK_WORD(rt_concurrent_bounded_queue_pop(bounded), num(1));
    CHECK_NIL(rt_concurrent_bounded_queue_pop(bounded));
    return unused;
}

static void bounded_queues_wait(void) {
    pthread_t thread;
    bounded = rt_concurrent_bounded_queue_new(1);
    CHECK_INT(rt_concurrent_bounded_queue_capacity(bounded), 1);
    CHECK_NIL(rt_concurrent_bounded_queue_try_pop(bounded));
    CHECK_NIL(rt_concurrent_bounded_queue_pop_timeout(bounded, 2));
    CHECK_INT(rt_concurrent_bounded_queue_try_push(bounded, num(0)), 1);
    CHECK_INT(rt_concurrent_bounded_queue_try_push(bounded, num(0)), 0);
    CHECK_INT(rt_concurrent_bounded_queue_push_timeout(bounded, num(0), 2), 0);
    CHECK_INT(rt_concurrent_bounded_queue_len(bounded), 1);
    CHECK_WORD(rt_concurrent_bounded_queue_pop_timeout(bounded, 2), num(0));
    CHECK_INT(pthread_create(&thread, NULL, pop_two, NULL), 0);
    CHECK_INT(rt_concurrent_bounded_queue_push(bounded, num(1)), 1);
    CHECK_INT(rt_concurrent_bounded_queue_close(bounded), 1);
    pthread_join(thread, NULL);
    CHECK_NO_ERROR();
    CHECK(rt_concurrent_bounded_queue_is_closed(bounded));
    CHECK_INT(rt_concurrent_bounded_queue_push(bounded, num(2)), 0);
    CHECK_LAST_ERROR(RT_ERROR_CLOSED, "rt_concurrent_bounded_queue_push");
    CHECK_INT(rt_concurrent_bounded_queue_free(bounded), 1);
    CHECK_NIL(rt_concurrent_bounded_queue_pop(bounded));
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_concurrent_bounded_queue_new(0), 0);
    CHECK_ERROR(RT_ERROR_LENGTH);
}

static void bad_handles_are_refused(void) {
    const int64_t bad[] = {0, -1, 1, 999999, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_INT(rt_arena_alloc(bad[i], 8, 8), 0);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_arena_alloc");
        CHECK_NIL(rt_concurrent_map_get(bad[i], 1));
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_concurrent_map_get");
        CHECK_NIL(rt_concurrent_value_map_get(bad[i], RT_NIL));
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_concurrent_value_map_get");
        CHECK_INT(rt_concurrent_queue_push(bad[i], RT_NIL), 0);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_concurrent_queue_push");
        CHECK_NIL(rt_concurrent_stack_pop(bad[i]));
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_concurrent_stack_pop");
        CHECK_INT(rt_pool_capacity(bad[i]), 0);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_pool_capacity");
        CHECK_INT(rt_tls_free(bad[i]), 0);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_tls_free");
        CHECK_NIL(rt_concurrent_bounded_queue_pop(bad[i]));
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_concurrent_bounded_queue_pop");
    }
}

int main(void) {
    arenas_hand_out_memory();
    maps_keep_entries();
    callbacks_may_use_the_map();
    value_maps_compare_by_content();
    queues_and_stacks_keep_order();
    pools_are_bounded();
    thread_local_values_are_the_threads_own();
    bounded_queues_wait();
    bad_handles_are_refused();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("concurrent");
}
