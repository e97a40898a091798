/* Starting `true` and waiting for it, beside posix_spawnp and waitpid.
 *
 *     cargo xtask bench-c spawn
 *
 * A thousand starts each, in many short rounds that take turns, so that all see the same machine.
 * The best round and the median, in microseconds for each start, and the ratio of ours to theirs:
 * below 1 is faster. */
#define _POSIX_C_SOURCE 200809L

#include "simple_runtime.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

enum { ROUNDS = 50, STARTS = 20, RIVALS = 4 };

extern char **environ;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static void need(int condition, const char *what) {
    if (!condition) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

static const uint8_t name[] = "true";

static int by_posix_spawn(void) {
    char *const arguments[] = {(char *)name, NULL};
    pid_t pid = 0;
    int status = -1;
    need(posix_spawnp(&pid, (const char *)name, NULL, NULL, arguments, environ) == 0, "posix_spawnp");
    need(waitpid(pid, &status, 0) == pid, "waitpid");
    return status;
}

static int by_execute(void) {
    return rt_process_execute(name, 4, RT_NIL);
}

static int by_spawn(void) {
    return (int)rt_process_wait(rt_process_spawn(name, 4, RT_NIL));
}

static int by_run(void) {
    const RuntimeValue result = rt_process_run(name, 4, RT_NIL);
    const int code = (int)rt_value_as_int(rt_tuple_get(result, 2));
    rt_value_free_deep(result);
    return code;
}

static const struct {
    const char *name;
    int (*start)(void);
} rivals[RIVALS] = {
    {"posix_spawnp", by_posix_spawn},
    {"rt_process_execute", by_execute},
    {"rt_process_spawn", by_spawn},
    {"rt_process_run", by_run},
};

static int by_number(const void *left, const void *right) {
    const double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

int main(void) {
    static double taken[RIVALS][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        for (int rival = 0; rival < RIVALS; rival++) {
            const double start = now();
            for (int i = 0; i < STARTS; i++) {
                need(rivals[rival].start() == 0, rivals[rival].name);
            }
            taken[rival][round] = (now() - start) / STARTS;
        }
    }
    for (int rival = 0; rival < RIVALS; rival++) {
        double *const times = taken[rival];
        qsort(times, ROUNDS, sizeof *times, by_number);
        printf("%-20s best %7.1f us   %5.2f   median %7.1f us   %5.2f\n", rivals[rival].name,
               times[0], times[0] / taken[0][0], times[ROUNDS / 2],
               times[ROUNDS / 2] / taken[0][ROUNDS / 2]);
    }
    return EXIT_SUCCESS;
}
