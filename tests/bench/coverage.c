/* What a coverage probe takes in a hot loop of a C program, on one thread and on two, its call included.
 *
 *     cargo xtask bench-c coverage
 *
 * The best of several repetitions, in nanoseconds for each probe; of two threads the slower one. */
#define _POSIX_C_SOURCE 200809L

#include "simple_runtime.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { CALLS = 20000000, REPETITIONS = 5, MOST_THREADS = 2 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static pthread_barrier_t start;

/* What stands beside the probes: a function of the library that does next to nothing. */
static void nothing(uint64_t n) {
    (void)rt_value_is_nil(n);
}

static void decision(uint64_t n) {
    rt_decision_probe(1, n & 1);
}

static void placed_decision(uint64_t n) {
    rt_coverage_decision_probe(2, n & 1, "a.spl", 3, 5);
}

static void condition(uint64_t n) {
    rt_condition_probe(3, 0, n & 1);
}

static void placed_condition(uint64_t n) {
    rt_coverage_condition_probe(4, 0, n & 1, "a.spl", 3, 5);
}

static void block(uint64_t n) {
    rt_path_probe(5, n & 3);
}

/* A loop for each probe, with the probe's call in it. */
#define LOOP(probe)                                                       \
    static void *loop_of_##probe(void *result) {                          \
        double best = 1e18;                                               \
        for (int repetition = 0; repetition < REPETITIONS; repetition++) { \
            pthread_barrier_wait(&start);                                 \
            const double begin = now();                                   \
            for (uint64_t n = 0; n < CALLS; n++) {                        \
                probe(n);                                                 \
            }                                                             \
            const double each = (now() - begin) / CALLS;                  \
            best = each < best ? each : best;                             \
        }                                                                 \
        *(double *)result = best;                                         \
        return NULL;                                                      \
    }

LOOP(nothing)
LOOP(decision)
LOOP(placed_decision)
LOOP(condition)
LOOP(placed_condition)
LOOP(block)

static double measure(void *(*loop)(void *), unsigned threads) {
    double times[MOST_THREADS], slowest = 0;
    pthread_t thread[MOST_THREADS];
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        pthread_create(&thread[i], NULL, loop, &times[i]);
    }
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
        slowest = times[i] > slowest ? times[i] : slowest;
    }
    pthread_barrier_destroy(&start);
    return slowest;
}

int main(void) {
    static const struct {
        const char *name;
        void *(*loop)(void *);
    } probes[] = {
        {"a call of rt_value_is_nil", loop_of_nothing},
        {"decision", loop_of_decision},
        {"decision with a place", loop_of_placed_decision},
        {"condition", loop_of_condition},
        {"condition with a place", loop_of_placed_condition},
        {"block of a path", loop_of_block},
    };
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        printf("%-28s", probes[i].name);
        for (unsigned threads = 1; threads <= MOST_THREADS; threads++) {
            printf("  %u thread(s) %5.2f ns", threads, measure(probes[i].loop, threads));
        }
        printf("\n");
    }
    return 0;
}
