/* Tests of the functions of runtime-contracts: conditions, violations, handlers, counts, and the abort,
 * which children die of. */
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint8_t name[] = "ffi_test", message[] = "test message", not_text[] = {0xff, 0xfe};
enum { NAME = sizeof name - 1, MESSAGE = sizeof message - 1 };

static RuntimeValue violation(int64_t kind) {
    return rt_contract_violation_new(kind, name, NAME, message, MESSAGE);
}

static void check_and_free(RuntimeValue string, const char *text) {
    CHECK_STR(string, text);
    CHECK_INT(rt_value_free(string), 1);
}

static void violations_say_what_was_broken(void) {
    for (int64_t kind = 0; kind <= 5; kind++) {
        const RuntimeValue object = violation(kind);
        CHECK_INT(rt_is_contract_violation(object), 1);
        CHECK_INT(rt_contract_violation_kind(object), kind);
        check_and_free(rt_contract_violation_func_name(object), "ffi_test");
        check_and_free(rt_contract_violation_message(object), "test message");
        CHECK_INT(rt_contract_violation_free(object), 1);
        CHECK_INT(rt_is_contract_violation(object), 0);
        CHECK_NO_ERROR();
        CHECK_INT(rt_contract_violation_free(object), 0);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_VALUE, "rt_contract_violation_free");
    }
    const int64_t unknown[] = {-1, 6, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const RuntimeValue object = violation(unknown[i]);
        CHECK_INT(rt_contract_violation_kind(object), RT_CONTRACT_PRECONDITION);
        CHECK_INT(rt_contract_violation_free(object), 1);
    }
}

static void texts_may_be_missing(void) {
    RuntimeValue object = rt_contract_violation_new(0, NULL, 0, NULL, 0);
    check_and_free(rt_contract_violation_func_name(object), "<unknown>");
    CHECK_NIL(rt_contract_violation_message(object));
    CHECK_NO_ERROR();
    CHECK_INT(rt_value_free(object), 1); /* the general free does too */
    object = rt_contract_violation_new(0, not_text, 2, not_text, 2);
    check_and_free(rt_contract_violation_func_name(object), "<invalid UTF-8>");
    CHECK_NIL(rt_contract_violation_message(object));
    CHECK_NO_ERROR();
    CHECK_INT(rt_contract_violation_free(object), 1);
    CHECK_NIL(rt_contract_violation_new(0, NULL, 3, NULL, 0));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_contract_violation_new");
    CHECK_NIL(rt_contract_violation_new(0, name, NAME, message, -1));
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_contract_violation_new");
}

/* Compiled code reads these fields. */
static void violations_are_laid_out_as_documented(void) {
    const RuntimeValue object = violation(4);
    const uint8_t *address = (const uint8_t *)(uintptr_t)(object & ~UINT64_C(7));
    const uint8_t *texts[2];
    uint64_t lengths[2];
    memcpy(&texts[0], address + 16, 8);
    memcpy(&lengths[0], address + 24, 8);
    memcpy(&texts[1], address + 32, 8);
    memcpy(&lengths[1], address + 40, 8);
    CHECK_INT(address[0], 0x10);
    CHECK_INT(address[8], 4);
    CHECK_UINT(lengths[0], NAME);
    CHECK_UINT(lengths[1], MESSAGE);
    CHECK_INT(memcmp(texts[0], name, sizeof name), 0); /* the zero included */
    CHECK_INT(memcmp(texts[1], message, sizeof message), 0);
    CHECK_INT(rt_contract_violation_free(object), 1);
}

static void refuse(RuntimeValue word, int64_t code) {
    CHECK_INT(rt_is_contract_violation(word), 0);
    CHECK_NO_ERROR();
    CHECK_INT(rt_contract_violation_kind(word), -1);
    CHECK_LAST_ERROR(code, "rt_contract_violation_kind");
    CHECK_NIL(rt_contract_violation_func_name(word));
    CHECK_LAST_ERROR(code, "rt_contract_violation_func_name");
    CHECK_NIL(rt_contract_violation_message(word));
    CHECK_LAST_ERROR(code, "rt_contract_violation_message");
    CHECK_INT(rt_contract_violation_free(word), 0);
    CHECK_LAST_ERROR(code, "rt_contract_violation_free");
}

static void other_words_are_refused(void) {
    const RuntimeValue string = str("no violation");
    refuse(rt_value_int(42), RT_ERROR_WRONG_TYPE);
    refuse(RT_NIL, RT_ERROR_WRONG_TYPE);
    refuse(string, RT_ERROR_WRONG_TYPE);
    CHECK_INT(rt_value_free(string), 1);
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        refuse(harness_forged_words[i], RT_ERROR_NOT_A_VALUE);
    }
}

static int64_t check(int64_t condition, int64_t kind) {
    return simple_contract_check_msg(condition, kind, name, NAME, message, MESSAGE);
}

static int handled;
static int64_t last_kind;
static RuntimeValue last_word;

static void note(RuntimeValue word) {
    handled += 1;
    last_kind = rt_contract_violation_kind(word);
    last_word = word;
    check_and_free(rt_contract_violation_func_name(word), "ffi_test");
}

static void conditions(void) {
    const int64_t holding[] = {1, 42, -1, INT64_MIN, RT_TRUE, 8, 2};
    const int64_t violating[] = {0, RT_NIL, RT_FALSE};
    rt_contract_reset_counts();
    handled = 0;
    CHECK_INT(rt_contract_set_handler(note), 1);
    for (size_t i = 0; i < sizeof holding / sizeof holding[0]; i++) {
        CHECK_INT(simple_contract_check(holding[i], 1, name, NAME), 1);
        CHECK_INT(check(holding[i], 1), 1);
    }
    CHECK_INT(handled, 0);
    CHECK_NO_ERROR();
    for (size_t i = 0; i < sizeof violating / sizeof violating[0]; i++) {
        CHECK_INT(simple_contract_check(violating[i], 3, name, NAME), 0);
        CHECK_LAST_ERROR(RT_ERROR_CONTRACT_VIOLATED, "simple_contract_check");
        CHECK_INT(check(violating[i], 3), 0);
        CHECK_LAST_ERROR(RT_ERROR_CONTRACT_VIOLATED, "simple_contract_check_msg");
        CHECK_INT(last_kind, RT_CONTRACT_ENTRY_INVARIANT);
        CHECK_INT(rt_is_contract_violation(last_word), 0); /* freed behind the handler */
    }
    CHECK_INT(handled, 6);
    CHECK_INT(check(0, 77), 0);
    CHECK_INT(last_kind, RT_CONTRACT_PRECONDITION);
    rt_last_error_clear();

    CHECK_INT(rt_contract_check_count(RT_CONTRACT_POSTCONDITION), 14);
    CHECK_INT(rt_contract_violation_count(RT_CONTRACT_POSTCONDITION), 0);
    CHECK_INT(rt_contract_check_count(RT_CONTRACT_ENTRY_INVARIANT), 6);
    CHECK_INT(rt_contract_violation_count(RT_CONTRACT_ENTRY_INVARIANT), 6);
    CHECK_INT(rt_contract_check_count(RT_CONTRACT_ALL), 21);
    CHECK_INT(rt_contract_violation_count(RT_CONTRACT_ALL), 7);
    CHECK_INT(rt_contract_check_count(6), 0);
    CHECK_INT(rt_contract_violation_count(INT64_MIN), 0);
    CHECK_INT(rt_contract_reset_counts(), 1);
    CHECK_INT(rt_contract_check_count(RT_CONTRACT_ALL), 0);
    CHECK_NO_ERROR();
}

static void violates_again(RuntimeValue word) {
    handled += 1;
    CHECK_INT(rt_contract_violation_free(word), 1); /* early, which does no harm */
    CHECK_INT(check(0, 5), 0);
}

static void a_violation_inside_of_the_handler_is_not_handed_to_it(void) {
    handled = 0;
    rt_contract_set_handler(violates_again);
    CHECK_INT(check(0, 0), 0);
    CHECK_INT(check(0, 0), 0);
    CHECK_INT(handled, 2);
    CHECK_ERROR(RT_ERROR_CONTRACT_VIOLATED);
}

static void add_kind(void *userdata, RuntimeValue word) {
    *(int64_t *)userdata += rt_contract_violation_kind(word);
}

static void add_thousand(void *userdata) {
    *(int64_t *)userdata += 1000;
}

static void userdata_is_given_back_once(void) {
    int64_t total = 0;
    CHECK_INT(rt_contract_set_handler_with(add_kind, &total, add_thousand), 1);
    CHECK_INT(check(0, 5), 0);
    CHECK_INT(total, 5);
    CHECK_INT(rt_contract_set_handler(NULL), 1);
    CHECK_INT(total, 1005);
    CHECK_INT(rt_contract_set_handler_with(NULL, &total, add_thousand), 1);
    CHECK_INT(total, 2005);
    rt_last_error_clear();
}

enum { THREADS = 4, ROUNDS = 5000 };

static void *check_often(void *unused) {
    for (int i = 0; i < ROUNDS; i++) {
        simple_contract_check(1, i % 6, name, NAME);
    }
    return unused;
}

static void threads_count_together(void) {
    pthread_t threads[THREADS];
    rt_contract_reset_counts();
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, check_often, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK_INT(rt_contract_check_count(RT_CONTRACT_ALL), THREADS * ROUNDS);
    CHECK_INT(rt_contract_violation_count(RT_CONTRACT_ALL), 0);
}

/* Runs `violate` in a child without a handler; it dies by SIGABRT, with `expected` on standard error. */
static void dies_saying(void (*violate)(void), const char *expected) {
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        rt_contract_set_handler(NULL);
        violate();
        _exit(7); /* the check came back, which the parent sees */
    }
    CHECK(child > 0);
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
    int status = 0;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status));
    CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGABRT);
    CHECK_CSTR(text, expected);
}

static void plain(void) {
    simple_contract_check(0, 1, name, NAME);
}

static void with_message(void) {
    simple_contract_check_msg(RT_FALSE, 2, name, NAME, message, MESSAGE);
}

static void nil_without_a_name(void) {
    simple_contract_check(RT_NIL, 4, NULL, 9);
}

static void odd_lengths(void) {
    simple_contract_check_msg(0, 99, name, -3, message, INT64_MIN);
}

static void not_utf8(void) {
    simple_contract_check_msg(0, 5, not_text, 2, not_text, 2);
}

static void violations_abort(void) {
    dies_saying(plain, "Postcondition violation in function 'ffi_test': contract condition failed\n");
    dies_saying(with_message, "Error postcondition violation in function 'ffi_test': contract "
                              "condition failed (test message)\n");
    dies_saying(nil_without_a_name,
                "Exit invariant violation in function '<unknown>': contract condition failed\n");
    dies_saying(odd_lengths,
                "Precondition violation in function '<unknown>': contract condition failed\n");
    dies_saying(not_utf8,
                "Assertion violation in function '<invalid UTF-8>': contract condition failed\n");
}

int main(void) {
    violations_say_what_was_broken();
    texts_may_be_missing();
    violations_are_laid_out_as_documented();
    other_words_are_refused();
    conditions();
    a_violation_inside_of_the_handler_is_not_handed_to_it();
    userdata_is_given_back_once();
    threads_count_together();
    violations_abort();
    return harness_report("contracts");
}
