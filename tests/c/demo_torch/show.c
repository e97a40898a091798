/* What the network has learned, for people to see. */
#include "demo_torch.h"

#include <stdio.h>

enum { SHOWN = 8, IN_A_ROW = 4 };

void show_confusion(const Reading *reading) {
    int64_t counts[DIGITS][DIGITS] = {{0}};
    for (int64_t i = 0; i < reading->count; i++) {
        const int64_t label = reading->labels[i], read = reading->read[i];
        if (label >= 0 && label < DIGITS && read >= 0 && read < DIGITS) {
            counts[label][read] += 1;
        }
    }
    printf("\n  written, and what it was taken for:\n\n      ");
    for (int read = 0; read < DIGITS; read++) {
        printf("%4d", read);
    }
    printf("\n");
    for (int label = 0; label < DIGITS; label++) {
        printf("    %d ", label);
        for (int read = 0; read < DIGITS; read++) {
            if (counts[label][read] == 0) {
                printf("   .");
            } else {
                printf("%4lld", (long long)counts[label][read]);
            }
        }
        printf("\n");
    }
}

/* The digits to show: those that were misread come first. */
static int choose(const Reading *reading, int64_t chosen[SHOWN]) {
    int count = 0;
    for (int wanted_right = 0; wanted_right <= 1; wanted_right++) {
        for (int64_t i = 0; i < reading->count && count < SHOWN; i++) {
            const int is_right = reading->labels[i] == reading->read[i];
            if (is_right == wanted_right) {
                chosen[count++] = i;
            }
        }
    }
    return count;
}

static void show_row(const float *pixels) {
    static const char inks[] = " .:-=+*#%@";
    for (int column = 0; column < SIDE; column++) {
        const float grey = pixels[column] < 0.0f ? 0.0f : pixels[column];
        int ink = (int)(grey * (float)(sizeof inks - 2) + 0.5f);
        if (ink > (int)sizeof inks - 2) {
            ink = (int)sizeof inks - 2;
        }
        /* Characters are about half as wide as they are high. */
        printf("%c%c", inks[ink], inks[ink]);
    }
}

static void show_side_by_side(const Reading *reading, const int64_t *chosen, int count) {
    printf("\n");
    for (int row = 0; row < SIDE; row++) {
        for (int i = 0; i < count; i++) {
            printf("  ");
            show_row(reading->pixels + chosen[i] * PIXELS + row * SIDE);
        }
        printf("\n");
    }
    for (int i = 0; i < count; i++) {
        const long long label = (long long)reading->labels[chosen[i]];
        const long long read = (long long)reading->read[chosen[i]];
        char text[64];
        if (read == label) {
            snprintf(text, sizeof text, "a %lld", read);
        } else {
            snprintf(text, sizeof text, "a %lld? it is a %lld", read, label);
        }
        printf("  %-*s", 2 * SIDE, text);
    }
    printf("\n");
}

void show_digits(const Reading *reading) {
    int64_t chosen[SHOWN];
    const int count = choose(reading, chosen);
    for (int first = 0; first < count; first += IN_A_ROW) {
        const int left = count - first;
        show_side_by_side(reading, chosen + first, left < IN_A_ROW ? left : IN_A_ROW);
    }
}
