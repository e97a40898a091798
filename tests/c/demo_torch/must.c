/* Failures: a demo has nobody to hand them to. */
#include "demo_torch.h"

#include <stdio.h>
#include <stdlib.h>

static void give_up(const char *what) {
    const RuntimeValue message = rt_last_error_message();
    end_progress();
    fprintf(stderr, "%s: %.*s\n", what, print_length(message), print_text(message));
    exit(1);
}

RuntimeValue must(RuntimeValue result, const char *what) {
    if (result == RT_NIL) {
        give_up(what);
    }
    return result;
}

void must_be_done(int64_t result, const char *what) {
    if (result == 0) {
        give_up(what);
    }
}
