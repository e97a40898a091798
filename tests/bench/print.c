/* A million prints of ten bytes to a file, beside C's fputs on a buffered FILE.
 *
 *     cargo xtask bench-c print
 *
 * Each side prints to a file of its own that is emptied before, and flushes inside of the measured
 * time. The best of several repetitions, in nanoseconds for each print, and the ratio of ours to
 * theirs: below 1 is faster. */
#define _POSIX_C_SOURCE 200809L

#include "simple_runtime.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PRINTS = 1000000, LENGTH = 10, REPETITIONS = 9 };

static const char text[] = "nine char\n";

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void need(int condition, const char *what) {
    if (!condition) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

typedef void Work(FILE *stream);

static void print_theirs(FILE *stream) {
    for (int i = 0; i < PRINTS; i++) {
        fputs(text, stream);
    }
    fflush(stream);
}

static void print_ours(FILE *stream) {
    (void)stream;
    for (int i = 0; i < PRINTS; i++) {
        rt_print_str((const uint8_t *)text, LENGTH);
    }
    rt_stdout_flush();
}

static double measure(Work *work, FILE *stream, int descriptor) {
    double best = 1e18;
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
        struct stat status;
        need(ftruncate(descriptor, 0) == 0, "ftruncate");
        need(lseek(descriptor, 0, SEEK_SET) == 0, "lseek");
        const double start = now();
        work(stream);
        const double taken = (now() - start) / PRINTS;
        best = taken < best ? taken : best;
        need(fstat(descriptor, &status) == 0, "fstat");
        need(status.st_size == (off_t)PRINTS * LENGTH, "everything was written");
    }
    return best;
}

int main(void) {
    FILE *theirs = tmpfile(), *ours = tmpfile();
    need(theirs != NULL && ours != NULL, "tmpfile");
    const int screen = dup(STDOUT_FILENO);
    need(screen >= 0, "dup");
    const double other = measure(print_theirs, theirs, fileno(theirs));
    need(dup2(fileno(ours), STDOUT_FILENO) >= 0, "dup2");
    const double mine = measure(print_ours, NULL, STDOUT_FILENO);
    need(dup2(screen, STDOUT_FILENO) >= 0, "dup2");
    printf("rt_print_str %8.2f ns   fputs %8.2f ns   %5.2f\n", mine, other, mine / other);
    return EXIT_SUCCESS;
}
