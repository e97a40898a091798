/* Starting `true` a thousand times and waiting for it each time, beside posix_spawnp and waitpid.
 *
 *     cargo xtask bench-c spawn
 *
 * The best of several repetitions, which take turns, in microseconds for each start, and the ratio
 * of ours to theirs: below 1 is faster. */
#define _POSIX_C_SOURCE 200809L

#include "simple_runtime.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

enum { STARTS = 1000, REPETITIONS = 7, RIVALS = 4 };

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

int main(void) {
    double best[RIVALS] = {1e18, 1e18, 1e18, 1e18};
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
        for (int rival = 0; rival < RIVALS; rival++) {
            const double start = now();
            for (int i = 0; i < STARTS; i++) {
                need(rivals[rival].start() == 0, rivals[rival].name);
            }
            const double taken = (now() - start) / STARTS;
            best[rival] = taken < best[rival] ? taken : best[rival];
        }
    }
    for (int rival = 0; rival < RIVALS; rival++) {
        printf("%-20s %8.1f us   %5.2f\n", rivals[rival].name, best[rival], best[rival] / best[0]);
    }
    return EXIT_SUCCESS;
}
