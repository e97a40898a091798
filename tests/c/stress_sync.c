/* A stress test of runtime-sync from C, about a second long. Threads change plain data under every
 * kind of lock, pass values through a channel, and free locks that others are using; at the end what
 * went in must have come out once.
 *
 * It is meant to be run under a race detector too. A smaller number of rounds makes that bearable:
 *
 *     tests/c/tsan.sh stress_sync 2000
 *     valgrind --tool=helgrind --suppressions=tests/c/helgrind.supp stress_sync 200
 */
#include "harness.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 4, PERMITS = 2 };

static int64_t rounds = 200000;

/* What the threads share. */
static RuntimeValue mutex, rwlock, semaphore, binary, barrier, atomic;
static int64_t condvar, channel;

/* Plain data, each guarded by the lock of its name. */
static int64_t under_mutex, under_rwlock, under_binary;

/* How many hold a permit at the moment, and whether that was ever too many. */
static int64_t inside, too_many;

/* A lock that one thread frees while others use it. Guarded by nothing: that is the test. */
static _Atomic RuntimeValue doomed;

typedef struct {
    pthread_t thread;
    int64_t number;
    int64_t sent, received;
    int64_t leader;
    int64_t wrong;
} Worker;

static void work_on_locks(Worker *worker, int64_t round) {
    const RuntimeValue before = rt_mutex_lock(mutex);
    worker->wrong += rt_value_as_int(before) != under_mutex;
    under_mutex += 1;
    worker->wrong += rt_mutex_unlock(mutex, rt_value_int(under_mutex)) != 1;

    if (round % 8 == 0) {
        worker->wrong += rt_rwlock_write(rwlock) == RT_NIL;
        under_rwlock += 1;
        worker->wrong += rt_rwlock_set(rwlock, rt_value_int(under_rwlock)) != 1;
        worker->wrong += rt_rwlock_unlock_write((int64_t)rwlock) != 1;
    } else {
        const RuntimeValue seen = rt_rwlock_read(rwlock);
        worker->wrong += rt_value_as_int(seen) != under_rwlock;
        worker->wrong += rt_rwlock_unlock_read((int64_t)rwlock) != 1;
    }

    worker->wrong += rt_semaphore_acquire(semaphore) != 1;
    if (__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) > PERMITS) {
        __atomic_store_n(&too_many, 1, __ATOMIC_SEQ_CST);
    }
    __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
    worker->wrong += rt_semaphore_release(semaphore) != 1;

    if (rt_semaphore_acquire_timeout(binary, 1000) == 1) {
        under_binary += 1;
        worker->wrong += rt_semaphore_release(binary) != 1;
    } else {
        worker->wrong += 1;
    }
    rt_atomic_fetch_add(atomic, 1);
}

/* Time-outs that are over at once, and those that come in the middle of a hand-over. */
static void work_on_time(Worker *worker, int64_t round) {
    const int64_t locked = rt_mutex_lock_timeout(mutex, round % 2);
    worker->wrong += locked < 0;
    if (locked == 1) {
        if (round % 64 == 0) {
            worker->wrong += rt_condvar_wait_timeout(condvar, (int64_t)mutex, 1) < 0;
        }
        worker->wrong += rt_mutex_unlock(mutex, rt_value_int(under_mutex)) != 1;
    }
    worker->wrong += rt_condvar_notify_all(condvar) != 1;
}

static void work_on_the_channel(Worker *worker, int64_t value) {
    worker->wrong += rt_channel_send(channel, rt_value_int(value)) != 1;
    worker->sent += value;
    worker->received += rt_value_as_int(rt_channel_recv(channel));
}

/* One thread frees the lock and makes the next one; all others lock whatever they find. */
static void work_on_the_doomed(Worker *worker) {
    const RuntimeValue lock = doomed;
    if (worker->number == 0 && rt_mutex_free(lock) == 1) {
        doomed = rt_mutex_new(RT_NIL);
    } else if (rt_mutex_lock_timeout(lock, 1) == 1) {
        worker->wrong += rt_mutex_unlock(lock, RT_NIL) != 1;
    }
    rt_last_error_clear();
}

static void *run(void *argument) {
    Worker *worker = argument;
    for (int64_t round = 1; round <= rounds; round++) {
        work_on_locks(worker, round);
        work_on_the_channel(worker, round);
        work_on_the_doomed(worker);
        if (round % 16 == 0) {
            work_on_time(worker, round);
        }
        if (round % 64 == 0) {
            worker->leader += rt_barrier_wait(barrier);
        }
    }
    return NULL;
}

static RuntimeValue take_turns(RuntimeValue lock) {
    for (int64_t round = 0; round < rounds; round++) {
        const RuntimeValue before = rt_mutex_lock(lock);
        rt_mutex_unlock(lock, rt_value_int(rt_value_as_int(before) + 1));
    }
    return rt_value_int(rounds);
}

/* The runtime's own threads: the lock is not copied with the data. */
static void threads_share_the_lock(void) {
    const RuntimeValue lock = rt_mutex_new(rt_value_int(0));
    uint64_t threads[THREADS];
    int64_t total = 0;
    for (int thread = 0; thread < THREADS; thread++) {
        threads[thread] = rt_thread_spawn_isolated((uint64_t)(uintptr_t)take_turns, lock);
    }
    for (int thread = 0; thread < THREADS; thread++) {
        total += rt_value_as_int(rt_thread_join(threads[thread]));
        CHECK_INT(rt_thread_free(threads[thread]), 1);
    }
    CHECK_INT(total, THREADS * rounds);
    CHECK_WORD(rt_mutex_lock(lock), rt_value_int(total));
    CHECK_INT(rt_mutex_unlock(lock, RT_NIL), 1);
    CHECK_INT(rt_mutex_free(lock), 1);
}

int main(int count, char **arguments) {
    static Worker workers[THREADS];
    if (count > 1) {
        rounds = strtoll(arguments[1], NULL, 10);
    }
    mutex = rt_mutex_new(rt_value_int(0));
    rwlock = rt_rwlock_new(rt_value_int(0));
    semaphore = rt_semaphore_new(PERMITS);
    binary = rt_semaphore_new(1);
    barrier = rt_barrier_new(THREADS);
    atomic = rt_atomic_new(0);
    condvar = rt_condvar_new();
    channel = rt_channel_new();
    doomed = rt_mutex_new(RT_NIL);

    for (int thread = 0; thread < THREADS; thread++) {
        workers[thread].number = thread;
        CHECK_INT(pthread_create(&workers[thread].thread, NULL, run, &workers[thread]), 0);
    }
    int64_t sent = 0, received = 0, leaders = 0;
    for (int thread = 0; thread < THREADS; thread++) {
        CHECK_INT(pthread_join(workers[thread].thread, NULL), 0);
        CHECK_INT(workers[thread].wrong, 0);
        sent += workers[thread].sent;
        received += workers[thread].received;
        leaders += workers[thread].leader;
    }
    CHECK_INT(under_mutex, THREADS * rounds);
    CHECK_INT(under_rwlock, THREADS * (rounds / 8));
    CHECK_INT(under_binary, THREADS * rounds);
    CHECK_INT(rt_atomic_load(atomic), THREADS * rounds);
    CHECK_INT(too_many, 0);
    CHECK_INT(sent, received);
    CHECK_INT(rt_channel_len(channel), 0);
    CHECK_INT(leaders, rounds / 64);

    threads_share_the_lock();

    CHECK_INT(rt_mutex_free(mutex), 1);
    CHECK_INT(rt_mutex_free(doomed), 1);
    CHECK_INT(rt_rwlock_free(rwlock), 1);
    CHECK_INT(rt_semaphore_free(semaphore), 1);
    CHECK_INT(rt_semaphore_free(binary), 1);
    CHECK_INT(rt_barrier_free(barrier), 1);
    CHECK_INT(rt_atomic_free(atomic), 1);
    CHECK_INT(rt_condvar_free(condvar), 1);
    CHECK_INT(rt_channel_free(channel), 1);
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("stress_sync");
}
