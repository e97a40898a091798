/* Tests of the functions of runtime-io: prints, captures, standard input, and real descriptors. */
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t print(const char *text) {
    return rt_print_str((const uint8_t *)text, strlen(text));
}

static int64_t eprint(const char *text) {
    return rt_eprint_str((const uint8_t *)text, strlen(text));
}

/* The word is a string with these characters; it is freed. */
static void expect(RuntimeValue word, const char *text) {
    CHECK_STR(word, text);
    rt_value_free(word);
}

/* ---- prints and captures --------------------------------------------------------------------- */

static void prints_are_captured(void) {
    const RuntimeValue text = str("text");
    CHECK(!rt_is_stdout_capturing());
    CHECK_INT(rt_capture_stdout_start(), 1);
    CHECK_INT(rt_capture_stderr_start(), 1);
    CHECK(rt_is_stdout_capturing());
    CHECK(rt_is_stderr_capturing());
    CHECK_INT(print("one "), 1);
    CHECK_INT(rt_println_str((const uint8_t *)"two", 3), 1);
    CHECK_INT(rt_println_str(NULL, 0), 1);
    CHECK_INT(rt_print(rt_value_int(42)), 1);
    CHECK_INT(rt_println(RT_NIL), 1);
    CHECK_INT(rt_print_value(text), 1);
    CHECK_INT(rt_println_value(rt_value_float(1.0)), 1);
    CHECK_INT(eprint("e"), 1);
    CHECK_INT(rt_eprintln_str((const uint8_t *)"f", 1), 1);
    CHECK_INT(rt_eprint_value(RT_TRUE), 1);
    CHECK_INT(rt_eprintln_value(RT_FALSE), 1);
    expect(rt_get_captured_stdout(), "one two\n\n42nil\ntext1.0\n");
    expect(rt_capture_stdout_stop(), "one two\n\n42nil\ntext1.0\n");
    expect(rt_get_captured_stderr(), "ef\ntruefalse\n");
    CHECK_INT(rt_clear_captured_stderr(), 1);
    expect(rt_capture_stderr_stop(), "");
    CHECK_NO_ERROR();
    rt_value_free(text);
}

static void captures_nest(void) {
    CHECK_INT(rt_capture_stdout_start(), 1);
    print("outer ");
    CHECK_INT(rt_capture_stdout_start(), 1);
    print("inner");
    expect(rt_capture_stdout_stop(), "inner");
    print("again");
    expect(rt_capture_stdout_stop(), "outer again");
    CHECK_NIL(rt_get_captured_stdout());
    CHECK_NO_ERROR();
    CHECK_NIL(rt_capture_stdout_stop());
    CHECK_LAST_ERROR(RT_ERROR_NOT_CAPTURING, "rt_capture_stdout_stop");
    CHECK_NIL(rt_capture_process_stderr_stop());
    CHECK_LAST_ERROR(RT_ERROR_NOT_CAPTURING, "rt_capture_process_stderr_stop");
}

static void captures_have_a_limit(void) {
    int64_t depth = 0;
    while (rt_capture_stderr_start() == 1) {
        depth += 1;
    }
    CHECK_INT(depth, 1024);
    CHECK_LAST_ERROR(RT_ERROR_CAPTURE_DEPTH, "rt_capture_stderr_start");
    while (rt_is_stderr_capturing()) {
        rt_value_free(rt_capture_stderr_stop());
    }
}

static void *print_elsewhere(void *text) {
    return print(text) == 1 ? text : NULL;
}

static void a_process_capture_hears_other_threads(void) {
    pthread_t thread;
    char text[] = "from afar";
    void *result = NULL;
    CHECK_INT(rt_capture_process_stdout_start(), 1);
    CHECK_INT(rt_capture_stdout_start(), 1);
    CHECK(rt_is_process_stdout_capturing());
    CHECK_INT(pthread_create(&thread, NULL, print_elsewhere, text), 0);
    CHECK_INT(pthread_join(thread, &result), 0);
    CHECK(result == text);
    print("mine");
    expect(rt_capture_stdout_stop(), "mine");
    expect(rt_capture_process_stdout_stop(), "from afar");
    CHECK(!rt_is_process_stdout_capturing());
}

static void bad_texts_are_refused(void) {
    CHECK_INT(rt_print_str(NULL, 0), 1);
    CHECK_INT(rt_print_str(NULL, 3), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_print_str");
    CHECK_INT(rt_eprintln_str((const uint8_t *)"x", UINT64_MAX), 0);
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_eprintln_str");
    CHECK_INT(rt_set_stdin(NULL, 1), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_set_stdin");
    rt_capture_stdout_start();
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_INT(rt_println_value(harness_forged_words[i]), 1);
    }
    rt_value_free(rt_capture_stdout_stop());
    expect(rt_value_to_string(rt_value_int(-7)), "-7");
    expect(rt_to_string(RT_NIL), "nil");
}

/* ---- standard input -------------------------------------------------------------------------- */

static void input_ends_once_it_is_read(void) {
    const char text[] = "first\r\n\n\xc3\xa9\xff" "z";
    CHECK(!rt_has_mock_stdin());
    CHECK_INT(rt_set_stdin((const uint8_t *)text, sizeof text - 1), 1);
    CHECK(rt_has_mock_stdin());
    expect(rt_read_stdin_line(), "first");
    expect(rt_read_stdin_line(), "");
    CHECK_INT(rt_read_stdin_char(), 0xe9);
    CHECK_INT(rt_read_stdin_char(), -2);
    CHECK_LAST_ERROR(RT_ERROR_NOT_UTF8, "rt_read_stdin_char");
    expect(rt_read_stdin_line(), "z");
    CHECK_NIL(rt_read_stdin_line());
    CHECK_INT(rt_read_stdin_char(), -1);
    CHECK_NO_ERROR();
    CHECK(rt_has_mock_stdin());
    CHECK_INT(rt_clear_stdin(), 1);
    CHECK(!rt_has_mock_stdin());
}

/* ---- real descriptors ------------------------------------------------------------------------ */

/* Runs `child` in a process of its own, both of whose streams go to `descriptor`, and returns how it
 * ended. The child ends through exit(), so that what is registered there runs. */
static int run(void (*child)(void), int descriptor) {
    int status = -1;
    fflush(stdout);
    const pid_t process = fork();
    if (process == 0) {
        dup2(descriptor, STDOUT_FILENO);
        dup2(descriptor, STDERR_FILENO);
        child();
        exit(EXIT_SUCCESS);
    }
    CHECK(process > 0 && waitpid(process, &status, 0) == process);
    return status;
}

static void print_to_both(void) {
    print("1 ");
    eprint("2 ");
    print("3 ");
    eprint("4 ");
    print("5");
}

static void one_file_keeps_the_order_until_the_exit(void) {
    char read_back[32] = "";
    FILE *file = tmpfile();
    CHECK(file != NULL);
    CHECK_INT(run(print_to_both, fileno(file)), 0);
    CHECK_INT(fseek(file, 0, SEEK_SET), 0);
    CHECK(fgets(read_back, sizeof read_back, file) != NULL);
    CHECK_CSTR(read_back, "1 2 3 4 5");
    fclose(file);
}

/* Reports through the exit status, as nothing else is left. */
static void print_into_the_void(void) {
    signal(SIGPIPE, SIG_DFL);
    const bool refused = print("lost") == 1 && rt_stdout_flush() == 0 &&
                         rt_last_error_code() == RT_ERROR_CLOSED_PIPE;
    exit(refused && signal(SIGPIPE, SIG_DFL) == SIG_DFL ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void a_closed_pipe_is_an_error(void) {
    int ends[2] = {-1, -1};
    CHECK_INT(pipe(ends), 0);
    close(ends[0]);
    CHECK_INT(run(print_into_the_void, ends[1]), 0);
    close(ends[1]);
}

int main(void) {
    prints_are_captured();
    captures_nest();
    captures_have_a_limit();
    a_process_capture_hears_other_threads();
    bad_texts_are_refused();
    input_ends_once_it_is_read();
    one_file_keeps_the_order_until_the_exit();
    a_closed_pipe_is_an_error();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("io");
}
