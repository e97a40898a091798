/* What the demos show while they work, and how they write numbers. */
#define _XOPEN_SOURCE 700

#include "screen.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_CELLS = 20 };

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Rewrites one line, at most 20 times a second, where a person is watching. */
void show_progress(const char *what, double part, const char *note) {
    static double last;
    const double now = seconds_now();
    if (!isatty(STDOUT_FILENO) || (now - last < 0.05 && part < 1.0)) {
        return;
    }
    last = now;
    char cells[64];
    printf("\r\033[K  %-9s %s %3.0f%%  %s", what, bar(part, cells), part * 100.0, note);
    fflush(stdout);
}

void end_progress(void) {
    if (isatty(STDOUT_FILENO)) {
        printf("\r\033[K");
        fflush(stdout);
    }
}

const char *human_bytes(double bytes, char text[32]) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (bytes >= 1024.0 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1024.0;
        unit += 1;
    }
    snprintf(text, 32, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
    return text;
}

/* A bar of BAR_CELLS cells of which `part`, from 0 to 1, is filled. */
const char *bar(double part, char text[64]) {
    const int filled = (int)(part * BAR_CELLS + 0.5);
    char *end = text;
    for (int cell = 0; cell < BAR_CELLS; cell++) {
        *end++ = cell < filled ? '#' : '.';
    }
    *end = '\0';
    return text;
}

RuntimeValue string_from(const char *text) {
    return rt_string_new((const uint8_t *)text, (uint64_t)strlen(text));
}

int print_length(RuntimeValue string) {
    return (int)rt_string_len(string);
}

const char *print_text(RuntimeValue string) {
    return (const char *)rt_string_data(string);
}
