/* Tests of the functions of runtime-interp: handlers, bad arguments, nesting, replacing, reports. */
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static uint64_t seen_name_len;
static int64_t calls;

static RuntimeValue sum(const uint8_t *name_ptr, uint64_t name_len, uint64_t argc,
                        const RuntimeValue *argv) {
    int64_t total = 0;
    (void)name_ptr;
    seen_name_len = name_len;
    calls += 1;
    for (uint64_t i = 0; i < argc; i++) {
        total += rt_value_as_int(argv[i]);
    }
    return rt_value_int(total);
}

static RuntimeValue twice(int64_t expr_index) {
    return rt_value_int(expr_index * 2);
}

static RuntimeValue call(const char *name, uint64_t argc, const RuntimeValue *argv) {
    return rt_interp_call((const uint8_t *)name, strlen(name), argc, argv);
}

static void without_a_handler(void) {
    CHECK_NIL(call("my_function", 0, NULL));
    CHECK_LAST_ERROR(RT_ERROR_NO_HANDLER, "rt_interp_call");
    CHECK_NIL(rt_interp_eval(42));
    CHECK_LAST_ERROR(RT_ERROR_NO_HANDLER, "rt_interp_eval");
}

static void handlers_get_what_was_given(void) {
    const RuntimeValue words[] = {rt_value_int(10), rt_value_int(20), rt_value_int(30)};
    CHECK_INT(rt_interp_set_call_handler(sum), 1);
    CHECK_INT(rt_interp_set_eval_handler(twice), 1);
    CHECK_WORD(call("my_function", 3, words), rt_value_int(60));
    CHECK_UINT(seen_name_len, 11);
    CHECK_WORD(rt_interp_call(NULL, 0, 0, NULL), rt_value_int(0));
    CHECK_UINT(seen_name_len, 0);
    CHECK_WORD(rt_interp_eval(21), rt_value_int(42));
    CHECK_WORD(rt_interp_eval(-1), rt_value_int(-2));
    CHECK_NO_ERROR();
}

static void bad_arguments_do_not_reach_the_handler(void) {
    const RuntimeValue words[2] = {RT_NIL, RT_NIL};
    const uint8_t name[] = {'f'};
    const RuntimeValue *misaligned = (const RuntimeValue *)((uintptr_t)words + 1);
    calls = 0;
    CHECK_NIL(rt_interp_call(NULL, 5, 0, NULL));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_interp_call");
    CHECK_NIL(rt_interp_call(name, UINT64_MAX, 0, NULL));
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_interp_call");
    CHECK_NIL(rt_interp_call(name, 1, 1, NULL));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_interp_call");
    CHECK_NIL(rt_interp_call(name, 1, UINT64_C(1) << 61, words));
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_interp_call");
    CHECK_NIL(rt_interp_call(name, 1, 1, misaligned));
    CHECK_LAST_ERROR(RT_ERROR_MISALIGNED, "rt_interp_call");
    CHECK_INT(calls, 0);
}

static RuntimeValue word_to_return;

static RuntimeValue rubbish(int64_t expr_index) {
    (void)expr_index;
    return word_to_return;
}

static void results_are_checked(void) {
    rt_interp_set_eval_handler(rubbish);
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        word_to_return = harness_forged_words[i];
        CHECK_NIL(rt_interp_eval(0));
        CHECK_LAST_ERROR(RT_ERROR_BAD_RESULT, "rt_interp_eval");
    }
    word_to_return = str("short-lived");
    CHECK_WORD(rt_interp_eval(0), word_to_return);
    CHECK_INT(rt_value_free(word_to_return), 1);
    CHECK_NIL(rt_interp_eval(0));
    CHECK_LAST_ERROR(RT_ERROR_BAD_RESULT, "rt_interp_eval");
    word_to_return = RT_ERROR_VALUE;
    CHECK_WORD(rt_interp_eval(0), RT_ERROR_VALUE);
    CHECK_NO_ERROR();
}

static RuntimeValue fibonacci(int64_t index) {
    return index < 2 ? rt_value_int(index)
                     : rt_value_int(rt_value_as_int(rt_interp_eval(index - 1)) +
                                    rt_value_as_int(rt_interp_eval(index - 2)));
}

static void handlers_call_back(void) {
    rt_interp_set_eval_handler(fibonacci);
    CHECK_WORD(rt_interp_eval(15), rt_value_int(610));
    CHECK_NO_ERROR();
}

typedef struct {
    int64_t factor;
    int freed;
} Data;

static RuntimeValue times(void *userdata, int64_t expr_index) {
    return rt_value_int(expr_index * ((const Data *)userdata)->factor);
}

static RuntimeValue replaces_itself(void *userdata, int64_t expr_index) {
    const Data *data = userdata;
    rt_interp_set_eval_handler(twice);
    CHECK_INT(data->freed, 1); /* the last handler's; not this one's while it runs */
    return rt_value_int(expr_index * data->factor);
}

static RuntimeValue count_arguments(void *userdata, const uint8_t *name_ptr, uint64_t name_len,
                                    uint64_t argc, const RuntimeValue *argv) {
    (void)name_ptr;
    (void)argv;
    return rt_value_int((int64_t)(name_len + argc) * ((const Data *)userdata)->factor);
}

static void freed(void *userdata) {
    ((Data *)userdata)->freed += 1;
}

static void userdata_is_given_back_once(void) {
    Data data = {3, 0};
    CHECK_INT(rt_interp_set_eval_handler_with(times, &data, freed), 1);
    CHECK_WORD(rt_interp_eval(5), rt_value_int(15));
    CHECK_INT(data.freed, 0);
    CHECK_INT(rt_interp_set_eval_handler(NULL), 1);
    CHECK_INT(data.freed, 1);

    CHECK_INT(rt_interp_set_eval_handler_with(replaces_itself, &data, freed), 1);
    CHECK_WORD(rt_interp_eval(5), rt_value_int(15));
    CHECK_INT(data.freed, 2);
    CHECK_WORD(rt_interp_eval(5), rt_value_int(10));

    const RuntimeValue word = RT_TRUE;
    CHECK_INT(rt_interp_set_call_handler_with(count_arguments, &data, freed), 1);
    CHECK_WORD(call("four", 1, &word), rt_value_int(15));
    CHECK_INT(rt_interp_set_call_handler_with(NULL, &data, freed), 1);
    CHECK_INT(data.freed, 4); /* the old handler's, and at once what comes without a handler */
    CHECK_INT(rt_interp_set_eval_handler_with(times, &data, NULL), 1);
    CHECK_INT(rt_interp_set_eval_handler(NULL), 1);
    CHECK_INT(data.freed, 4);
    CHECK_NO_ERROR();
}

enum { THREADS = 3, ROUNDS = 2000 };

static void *evaluate(void *wrong) {
    for (int64_t i = 0; i < ROUNDS; i++) {
        *(int *)wrong += rt_interp_eval(i) != rt_value_int(i * 2);
    }
    return NULL;
}

static RuntimeValue doubles(void *userdata, int64_t expr_index) {
    return rt_value_int(expr_index * *(const int64_t *)userdata);
}

static void handlers_are_replaced_while_threads_call(void) {
    pthread_t threads[THREADS];
    int wrong[THREADS] = {0};
    rt_interp_set_eval_handler(twice);
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, evaluate, &wrong[i]), 0);
    }
    for (int i = 0; i < 500; i++) {
        int64_t *factor = malloc(sizeof *factor);
        *factor = 2;
        /* A use after `free` is what the address sanitizer would find. */
        rt_interp_set_eval_handler_with(doubles, factor, free);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(wrong[i], 0);
    }
    CHECK_INT(rt_interp_set_eval_handler(NULL), 1);
    CHECK_NO_ERROR();
}

/* The reports as lines, and with standard error a pipe that nobody reads: no death by SIGPIPE. */
static void reports_are_lines_and_errors(void) {
    static const uint8_t function[] = "f", not_text[] = {0xff, 0xfe, 0xfd};
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    fflush(stderr);
    const int before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    const RuntimeValue results[] = {
        rt_function_not_found(function, 1),
        rt_function_not_found(NULL, 0),
        rt_function_not_found(not_text, 3),
        rt_method_not_found(function, 1, function, 1),
        rt_method_not_found(NULL, 0, NULL, 0),
        rt_method_not_found(not_text, 3, not_text, 3),
    };
    dup2(before, STDERR_FILENO);
    close(ends[1]);
    char text[1024];
    size_t length = 0;
    ssize_t got;
    while (length < sizeof text - 1 &&
           (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
    }
    text[length] = '\0';
    close(ends[0]);
    CHECK_CSTR(text, "Runtime error: Function 'f' not found\n"
                     "Runtime error: Function '(unknown name)' not found\n"
                     "Runtime error: Function '(invalid UTF-8 name)' not found\n"
                     "Runtime error: Method 'f' not found on type 'f'\n"
                     "Runtime error: Method '<unknown method>' not found on type '<unknown type>'\n"
                     "Runtime error: Method '<invalid UTF-8>' not found on type '<invalid UTF-8>'\n");
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        CHECK_WORD(results[i], RT_ERROR_VALUE);
    }
    CHECK_LAST_ERROR(RT_ERROR_METHOD_NOT_FOUND, "rt_method_not_found");

    CHECK_INT(pipe(ends), 0);
    close(ends[0]);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    const RuntimeValue unheard = rt_function_not_found(function, 1);
    dup2(before, STDERR_FILENO);
    close(before);
    CHECK_WORD(unheard, RT_ERROR_VALUE);
    CHECK_LAST_ERROR(RT_ERROR_FUNCTION_NOT_FOUND, "rt_function_not_found");
    struct sigaction action;
    CHECK_INT(sigaction(SIGPIPE, NULL, &action), 0);
    CHECK(action.sa_handler == SIG_DFL);
    sigset_t signals;
    CHECK_INT(sigpending(&signals), 0);
    CHECK_INT(sigismember(&signals, SIGPIPE), 0);
    CHECK_INT(pthread_sigmask(SIG_BLOCK, NULL, &signals), 0);
    CHECK_INT(sigismember(&signals, SIGPIPE), 0);
}

int main(void) {
    without_a_handler();
    handlers_get_what_was_given();
    bad_arguments_do_not_reach_the_handler();
    results_are_checked();
    handlers_call_back();
    userdata_is_given_back_once();
    handlers_are_replaced_while_threads_call();
    reports_are_lines_and_errors();
    return harness_report("interp");
}
