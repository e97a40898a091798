/* Functions as bad as functions can be, to show that the hostile-word test finds them: linked with
 * driver.c in place of the generated calls. Each must fall, and the last one must not. */
#define _XOPEN_SOURCE 700

#include "hostile.h"

#include <stdlib.h>
#include <unistd.h>

static void follows_any_word(const Argument *a) {
    call_result = *(volatile const uint64_t *)(uintptr_t)a[0].word;
}

static void waits_for_ever(const Argument *a) {
    if (a[0].word == RT_NIL) {
        for (;;) {
            pause();
        }
    }
}

static void ends_the_process(const Argument *a) {
    if (a[0].word == RT_TRUE) {
        exit(0);
    }
}

static void is_fine(const Argument *a) {
    call_result = a[0].word;
}

const Function functions[] = {
    {"follows_any_word", follows_any_word, 1, {KIND_WORD}},
    {"waits_for_ever", waits_for_ever, 1, {KIND_WORD}},
    {"ends_the_process", ends_the_process, 1, {KIND_WORD}},
    {"is_fine", is_fine, 1, {KIND_WORD}},
};
const int function_count = sizeof functions / sizeof functions[0];

const Constructor constructors[] = {{NULL, NULL}};
const int constructor_count = 0;
