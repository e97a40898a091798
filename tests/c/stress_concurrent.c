/* A stress test of runtime-concurrent and runtime-atomic from C, about a second long. Threads push,
 * pop, count and allocate; at the end what went in must have come out once.
 *
 * It is meant to be run under a race detector too. A smaller number of rounds makes that bearable:
 *
 *     valgrind --tool=helgrind --suppressions=tests/c/helgrind.supp stress_concurrent 500
 */
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

enum { THREADS = 4, KEYS = 16 };

static int64_t rounds = 50000;

/* What the threads share. */
static int64_t queue, stack, bounded, pool, map, arena, store, counter, flag, once;

/* What each thread did; the sums must agree. */
typedef struct {
    pthread_t thread;
    int64_t number;
    int64_t pushed, popped;
    int64_t pooled, acquired;
    int64_t updates;
    int64_t allocated;
    int64_t wrong;
} Worker;

/* Changed only while the flag is set, so that the flag is seen to exclude. */
static int64_t guarded;

/* Written by the function of the token, read by all after it. */
static int64_t prepared;

static void prepare(void) {
    prepared += 1;
}

static RuntimeValue increment(void *unused, RuntimeValue current, bool found) {
    (void)unused;
    return rt_value_int(found ? rt_value_as_int(current) + 1 : 1);
}

static int64_t taken(RuntimeValue value) {
    return value == RT_NIL ? 0 : rt_value_as_int(value);
}

static void work_on_sequences(Worker *worker, int64_t value) {
    worker->wrong += rt_concurrent_queue_push(queue, rt_value_int(value)) != 1;
    worker->wrong += rt_concurrent_stack_push(stack, rt_value_int(value)) != 1;
    worker->pushed += 2 * value;
    worker->popped += taken(rt_concurrent_queue_pop(queue));
    worker->popped += taken(rt_concurrent_stack_pop(stack));
    if (rt_concurrent_bounded_queue_try_push(bounded, rt_value_int(value)) == 1) {
        worker->pushed += value;
    }
    if (value % 3 == 0) {
        worker->popped += taken(rt_concurrent_bounded_queue_pop_timeout(bounded, 0));
    }
    if (rt_pool_release(pool, rt_value_int(value)) == 1) {
        worker->pooled += value;
    } else {
        worker->wrong += rt_last_error_code() != RT_ERROR_FULL;
        worker->acquired += taken(rt_pool_acquire(pool));
    }
}

static void work_on_memory(Worker *worker, int64_t value) {
    const int64_t size = 1 + value % 24;
    const int64_t address = rt_arena_alloc(arena, size, 8);
    if (address == 0) {
        return;
    }
    /* Nobody else has these bytes, so nobody else writes them: a race detector would see it. */
    memset((void *)(intptr_t)address, (int)worker->number, (size_t)size);
    for (int64_t i = 0; i < size; i++) {
        worker->wrong += ((const uint8_t *)(intptr_t)address)[i] != worker->number;
    }
    worker->allocated += size;
}

static void work_on_cells(Worker *worker, int64_t value) {
    rt_concurrent_map_update(map, value % KEYS, increment, NULL);
    worker->updates += 1;
    rt_atomic_int_fetch_add(counter, 1);
    rt_tls_set(store, 1, rt_value_int(value));
    worker->wrong += rt_tls_get(store, 1) != rt_value_int(value);
    if (!rt_atomic_flag_test_and_set(flag)) {
        guarded += 1;
        rt_atomic_flag_clear(flag);
    }
}

static void *run(void *data) {
    Worker *worker = data;
    worker->wrong += rt_once_call(once, (int64_t)(intptr_t)prepare) != 1;
    worker->wrong += prepared != 1;
    for (int64_t round = 0; round < rounds; round++) {
        const int64_t value = worker->number * rounds + round + 1;
        work_on_sequences(worker, value);
        work_on_memory(worker, value);
        work_on_cells(worker, value);
        if (round % 64 == 0) {
            sched_yield();
        }
    }
    return NULL;
}

static void make(void) {
    queue = rt_concurrent_queue_new();
    stack = rt_concurrent_stack_new();
    bounded = rt_concurrent_bounded_queue_new(64);
    pool = rt_pool_new(32);
    map = rt_concurrent_map_new();
    arena = rt_arena_new(1 << 22);
    store = rt_tls_new();
    counter = rt_atomic_int_new(0);
    flag = rt_atomic_flag_new();
    once = rt_once_new();
}

static void drop(void) {
    CHECK_INT(rt_concurrent_queue_free(queue), 1);
    CHECK_INT(rt_concurrent_stack_free(stack), 1);
    CHECK_INT(rt_concurrent_bounded_queue_free(bounded), 1);
    CHECK_INT(rt_pool_free(pool), 1);
    CHECK_INT(rt_concurrent_map_free(map), 1);
    CHECK_INT(rt_arena_free(arena), 1);
    CHECK_INT(rt_tls_free(store), 1);
    CHECK_INT(rt_atomic_int_free(counter), 1);
    CHECK_INT(rt_atomic_flag_free(flag), 1);
    CHECK_INT(rt_once_free(once), 1);
}

/* What is left in the containers, which are empty afterwards. */
static int64_t drain(RuntimeValue (*pop)(int64_t), int64_t container) {
    int64_t sum = 0;
    for (RuntimeValue value = pop(container); value != RT_NIL; value = pop(container)) {
        sum += rt_value_as_int(value);
    }
    return sum;
}

int main(int argc, char **argv) {
    Worker workers[THREADS] = {{0}};
    Worker all = {0};
    if (argc > 1) {
        rounds = strtoll(argv[1], NULL, 10);
    }
    make();
    for (int i = 0; i < THREADS; i++) {
        workers[i].number = i;
        CHECK_INT(pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        all.pushed += workers[i].pushed;
        all.popped += workers[i].popped;
        all.pooled += workers[i].pooled;
        all.acquired += workers[i].acquired;
        all.updates += workers[i].updates;
        all.allocated += workers[i].allocated;
        all.wrong += workers[i].wrong;
    }
    rt_last_error_clear();
    CHECK_INT(all.wrong, 0);
    all.popped += drain(rt_concurrent_queue_pop, queue);
    all.popped += drain(rt_concurrent_stack_pop, stack);
    all.popped += drain(rt_concurrent_bounded_queue_try_pop, bounded);
    CHECK_INT(all.popped, all.pushed);
    CHECK_INT(all.acquired + drain(rt_pool_acquire, pool), all.pooled);
    int64_t updates = 0;
    for (int64_t key = 0; key < KEYS; key++) {
        updates += taken(rt_concurrent_map_get(map, key));
    }
    CHECK_INT(updates, all.updates);
    CHECK_INT(rt_atomic_int_load(counter), THREADS * rounds);
    CHECK(all.allocated <= rt_arena_used(arena));
    CHECK(guarded > 0 && guarded <= THREADS * rounds);
    CHECK_INT(prepared, 1);
    CHECK_NO_ERROR();
    drop();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("stress_concurrent");
}
