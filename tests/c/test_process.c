/* Tests of the functions of runtime-process: environment, arguments, children, the machine. */
#define _GNU_SOURCE /* environ */

#include "harness.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUCH (64 << 20)

static const uint8_t *bytes(const char *text) {
    return (const uint8_t *)text;
}

/* The word is a string with these characters; it is freed. */
static void expect(RuntimeValue word, const char *text) {
    CHECK_STR(word, text);
    rt_value_free(word);
}

/* An array of strings, up to a NULL. */
static RuntimeValue array(const char *const *texts) {
    const RuntimeValue array = rt_array_new(4);
    for (; *texts != NULL; texts++) {
        rt_array_push(array, str(*texts));
    }
    return array;
}

#define ARRAY(...) array((const char *const[]){__VA_ARGS__, NULL})

static void set_option(RuntimeValue options, const char *name, RuntimeValue value) {
    rt_dict_set(options, str(name), value);
}

/* Checks all of a run's result; frees it with the arguments. */
static void expect_run(RuntimeValue result, RuntimeValue args, const char *out, const char *err,
                       int64_t code) {
    CHECK_STR(rt_tuple_get(result, 0), out);
    CHECK_STR(rt_tuple_get(result, 1), err);
    CHECK_INT(rt_value_as_int(rt_tuple_get(result, 2)), code);
    rt_value_free_deep(result);
    if (args != RT_NIL) {
        rt_value_free_deep(args);
    }
}

static void run_shell(const char *script, const char *out, const char *err, int64_t code) {
    const RuntimeValue args = ARRAY("-c", script);
    expect_run(rt_process_run(bytes("sh"), 2, args), args, out, err, code);
}

/* ---- the environment ------------------------------------------------------------------------- */

static bool set_variable(const char *name, const char *value) {
    return rt_env_set(bytes(name), strlen(name), bytes(value), strlen(value));
}

static RuntimeValue variable(const char *name) {
    return rt_env_get(bytes(name), strlen(name));
}

static void variables_come_and_go(void) {
    CHECK(set_variable("TEST_VAR_SIMPLE", "test_value_123"));
    expect(variable("TEST_VAR_SIMPLE"), "test_value_123");
    CHECK_CSTR(getenv("TEST_VAR_SIMPLE"), "test_value_123");
    run_shell("printf %s \"$TEST_VAR_SIMPLE\"", "test_value_123", "", 0);
    CHECK(set_variable("TEST_VAR_SIMPLE", "\xff=\x80"));
    expect(variable("TEST_VAR_SIMPLE"), "\xff=\x80");
    CHECK_INT(rt_set_env(bytes("TEST_VAR_SIMPLE"), 15, NULL, 0), 1);
    expect(rt_get_env(bytes("TEST_VAR_SIMPLE"), 15), "");
    CHECK(rt_env_exists(bytes("TEST_VAR_SIMPLE"), 15));
    CHECK(rt_env_remove(bytes("TEST_VAR_SIMPLE"), 15));
    CHECK(!rt_env_exists(bytes("TEST_VAR_SIMPLE"), 15));
    CHECK_NIL(variable("TEST_VAR_SIMPLE"));
    CHECK_NIL(variable("SURELY_NOT_SET"));
    CHECK_NO_ERROR();
}

static void variables_are_listed(void) {
    int64_t count = 0;
    while (environ[count] != NULL) {
        count += 1;
    }
    const RuntimeValue vars = rt_env_vars(), dict = rt_env_dict(), path = variable("PATH");
    CHECK_INT(rt_array_len(vars), count);
    CHECK_INT(rt_dict_len(dict), count);
    const RuntimeValue key = str("PATH");
    CHECK(rt_value_eq(rt_dict_get(dict, key), path));
    rt_value_free(key);
    rt_value_free(path);
    rt_value_free_deep(vars);
    rt_value_free_deep(dict);
}

static void bad_names_are_refused(void) {
    static const struct {
        const char *name;
        uint64_t length;
    } names[] = {{"", 0}, {NULL, 0}, {"A=B", 3}, {"=", 1}, {"A\0B", 3}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK_NIL(rt_env_get(bytes(names[i].name), names[i].length));
        CHECK_LAST_ERROR(RT_ERROR_ENV_NAME, "rt_env_get");
        CHECK(!rt_env_set(bytes(names[i].name), names[i].length, NULL, 0));
        CHECK_LAST_ERROR(RT_ERROR_ENV_NAME, "rt_env_set");
        CHECK(!rt_env_remove(bytes(names[i].name), names[i].length));
        CHECK_LAST_ERROR(RT_ERROR_ENV_NAME, "rt_env_remove");
    }
    CHECK(!rt_env_set(bytes("A"), 1, bytes("x\0y"), 3));
    CHECK_LAST_ERROR(RT_ERROR_ENV_VALUE, "rt_env_set");
    CHECK(!rt_env_set(bytes("A"), 1, NULL, 2));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_env_set");
    CHECK_NIL(rt_env_get(NULL, 1));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_env_get");
}

static void directories(void) {
    char *before = getcwd(NULL, 0);
    expect(rt_env_cwd(), before);
    CHECK(rt_set_current_dir(bytes("/"), 1));
    expect(rt_current_dir(), "/");
    run_shell("pwd", "/\n", "", 0);
    CHECK(!rt_set_current_dir(bytes("surely/nowhere"), 14));
    CHECK_INT(rt_last_error_errno(), 2);
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_set_current_dir");
    CHECK(rt_set_current_dir(bytes(before), strlen(before)));
    free(before);
    CHECK(set_variable("HOME", "/some/where"));
    expect(rt_env_home(), "/some/where");
    CHECK(set_variable("TMPDIR", "/else/where"));
    expect(rt_env_temp(), "/else/where");
    CHECK(rt_env_remove(bytes("TMPDIR"), 6));
}

static void *use_the_environment(void *name) {
    for (int i = 0; i < 1000; i++) {
        CHECK(set_variable(name, "value"));
        rt_value_free(variable(name));
        CHECK(rt_env_remove(bytes(name), strlen(name)));
    }
    return NULL;
}

static void threads_share_the_environment(void) {
    pthread_t thread;
    char theirs[] = "TEST_THEIRS", ours[] = "TEST_OURS";
    CHECK_INT(pthread_create(&thread, NULL, use_the_environment, theirs), 0);
    for (int i = 0; i < 50; i++) {
        CHECK(set_variable(ours, "ours"));
        run_shell("echo $TEST_OURS", "ours\n", "", 0);
        rt_value_free_deep(rt_env_vars());
    }
    CHECK_INT(pthread_join(thread, NULL), 0);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static char *own_path;

/* What this program does when it is started with arguments: it says whether the runtime has them,
 * after getopt has put them into another order. */
static int check_arguments(int argc, char **argv) {
    opterr = 0;
    while (getopt(argc, argv, "x") != -1) {
    }
    expect(rt_args_at(1), "check");
    expect(rt_args_at(2), "");
    expect(rt_args_at(3), "-x");
    expect(rt_args_at(4), "two words");
    expect(rt_args_at(5), "\xff\xfe");
    CHECK_NIL(rt_args_at(6));
    CHECK_NIL(rt_args_at(-1));
    CHECK_INT(rt_args_count(), 6);
    const RuntimeValue all = rt_get_args(), same = rt_args_get();
    CHECK_INT(rt_array_len(all), 6);
    CHECK_STR(rt_array_get(all, 4), "two words");
    CHECK(rt_value_eq(all, same));
    rt_value_free_deep(all);
    rt_value_free_deep(same);
    CHECK_NO_ERROR();
    return harness_report("arguments");
}

static void arguments_come_without_help_of_main(void) {
    const RuntimeValue args = ARRAY("check", "", "-x", "two words", "\xff\xfe");
    CHECK_INT(rt_process_execute(bytes(own_path), strlen(own_path), args), 0);
    rt_value_free_deep(args);
    CHECK_INT(rt_args_count(), 1);
}

/* ---- runs ------------------------------------------------------------------------------------ */

static void programs_run(void) {
    run_shell("echo out; echo err >&2; exit 3", "out\n", "err\n", 3);
    run_shell("cat", "", "", 0);
    CHECK_INT(rt_process_execute(bytes("true"), 4, RT_NIL), 0);
    CHECK_INT(rt_shell(bytes("exit 200"), 8), 200);
    expect(rt_shell_output(bytes("echo here"), 9), "here\n");
    const RuntimeValue args = ARRAY("%s", "as it is \xff");
    expect(rt_process_output(bytes("printf"), 6, args), "as it is \xff");
    rt_value_free_deep(args);
    CHECK_NO_ERROR();
}

static void signals_are_told_from_codes(void) {
    run_shell("printf before; kill -9 $$", "before", "", 137);
    CHECK_LAST_ERROR(RT_ERROR_PROCESS_SIGNALED, "rt_process_run");
    run_shell("exit 137", "", "", 137);
    CHECK_NO_ERROR();
    CHECK_INT(rt_shell(bytes("kill -15 $$"), 11), 143);
    CHECK_LAST_ERROR(RT_ERROR_PROCESS_SIGNALED, "rt_shell");
}

static void failures_to_start_are_told(void) {
    expect_run(rt_process_run(bytes("surely-no-program"), 17, RT_NIL), RT_NIL, "", "", -1);
    CHECK_INT(rt_last_error_errno(), 2);
    CHECK_LAST_ERROR(RT_ERROR_PROGRAM_NOT_FOUND, "rt_process_run");
    CHECK_INT(rt_process_execute(bytes("/"), 1, RT_NIL), -1);
    CHECK_LAST_ERROR(RT_ERROR_PROGRAM_NOT_EXECUTABLE, "rt_process_execute");
    CHECK_INT(rt_process_spawn(bytes("/etc/passwd"), 11, RT_NIL), -1);
    CHECK_LAST_ERROR(RT_ERROR_PROGRAM_NOT_EXECUTABLE, "rt_process_spawn");
    CHECK_INT(rt_process_execute(bytes("tr\0ue"), 5, RT_NIL), -1);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_process_execute");
    CHECK_INT(rt_process_execute(NULL, 0, RT_NIL), -1);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_process_execute");
    CHECK_INT(rt_process_execute(NULL, 4, RT_NIL), -1);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_process_execute");
}

static void bad_arguments_are_told(void) {
    CHECK_INT(rt_process_execute(bytes("true"), 4, rt_value_int(7)), -1);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_process_execute");
    const RuntimeValue args = ARRAY("fine");
    rt_array_push(args, rt_value_int(7));
    CHECK_INT(rt_process_execute(bytes("true"), 4, args), -1);
    const RuntimeValue message = rt_last_error_message();
    CHECK(memmem(rt_string_data(message), (size_t)rt_string_len(message), "args[1]", 7) != NULL);
    rt_value_free(message);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_process_execute");
    rt_value_free_deep(args);
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_INT(rt_process_execute(bytes("true"), 4, harness_forged_words[i]), -1);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_VALUE, "rt_process_execute");
    }
}

static void options_are_followed(void) {
    const RuntimeValue options = rt_dict_new(8), vars = rt_dict_new(1);
    const RuntimeValue args = ARRAY("-c", "pwd; cat; echo $ONE; echo err >&2");
    set_option(vars, "ONE", str("1"));
    set_option(options, "env", vars);
    set_option(options, "cwd", str("/"));
    set_option(options, "input", str("input\n"));
    set_option(options, "stderr", str("stdout"));
    set_option(options, "timeout_ms", rt_value_int(60000));
    expect_run(rt_process_run_with(bytes("sh"), 2, args, options), RT_NIL, "/\ninput\n1\nerr\n", "",
               0);
    CHECK_NO_ERROR();
    set_option(options, "shell", RT_TRUE);
    expect_run(rt_process_run_with(bytes("sh"), 2, args, options), args, "", "", -1);
    CHECK_LAST_ERROR(RT_ERROR_PROCESS_OPTION, "rt_process_run_with");
    rt_value_free_deep(options);
}

static void a_timeout_ends_what_ignores_sigterm(void) {
    const RuntimeValue args = ARRAY("-c", "trap '' TERM; sleep 60 & wait; sleep 60");
    expect_run(rt_process_run_timeout(bytes("sh"), 2, args, 50), args, "", "", 137);
    CHECK_LAST_ERROR(RT_ERROR_PROCESS_TIMED_OUT, "rt_process_run_timeout");
}

static void much_on_both_streams(void) {
    char script[100];
    snprintf(script, sizeof script, "head -c %d /dev/zero >&2 & head -c %d /dev/zero; wait", MUCH,
             MUCH);
    const RuntimeValue args = ARRAY("-c", script);
    const RuntimeValue result = rt_process_run_timeout(bytes("sh"), 2, args, 60000);
    CHECK_INT(rt_string_len(rt_tuple_get(result, 0)), MUCH);
    CHECK_INT(rt_string_len(rt_tuple_get(result, 1)), MUCH);
    CHECK_NO_ERROR();
    rt_value_free_deep(result);
    rt_value_free_deep(args);
}

/* ---- processes ------------------------------------------------------------------------------- */

static void numbers_tell_the_end_once(void) {
    const RuntimeValue args = ARRAY("100");
    const int64_t pid = rt_process_spawn(bytes("sleep"), 5, args);
    CHECK(pid > 0);
    CHECK(rt_process_is_running(pid));
    CHECK_INT(rt_process_try_wait(pid), -1);
    CHECK_INT(rt_process_wait_timeout(pid, 1), -1);
    CHECK_NO_ERROR();
    CHECK(rt_process_kill(pid));
    CHECK_INT(rt_process_wait(pid), 137);
    CHECK_LAST_ERROR(RT_ERROR_PROCESS_SIGNALED, "rt_process_wait");
    CHECK_INT(rt_process_wait(pid), -1);
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_CHILD, "rt_process_wait");
    CHECK(!rt_process_kill(getppid()));
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_CHILD, "rt_process_kill");
    CHECK(!rt_process_kill(1));
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_CHILD, "rt_process_kill");
    rt_value_free_deep(args);
}

static void no_zombie_stays(void) {
    int64_t last = 0;
    for (int i = 0; i < 20; i++) {
        last = rt_process_spawn_async(bytes("true"), 4, RT_NIL);
        CHECK(last > 0);
    }
    siginfo_t news;
    /* No child is left that has not been reaped, without a further call. */
    while (waitid(P_ALL, 0, &news, WEXITED | WNOWAIT | WNOHANG) == 0) {
        usleep(1000);
    }
    CHECK_INT(rt_process_wait(last), 0);
    CHECK_NO_ERROR();
}

static void a_conversation(void) {
    const int64_t process = rt_process_start(bytes("cat"), 3, RT_NIL, RT_NIL);
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_PROCESS, 1);
    CHECK(rt_process_exists(rt_process_pid(process)));
    CHECK_INT(rt_process_write_stdin(process, bytes("one"), 3), 1);
    expect(rt_process_read_stdout(process, 100), "one");
    expect(rt_process_read_stdout_timeout(process, 100, 1), "");
    CHECK_INT(rt_process_close_stdin(process), 1);
    CHECK_NIL(rt_process_read_stdout(process, 100));
    CHECK_NIL(rt_process_read_stderr(process, 100));
    CHECK_NIL(rt_process_read_stderr_timeout(process, 100, 1));
    CHECK_INT(rt_process_wait(process), 0);
    CHECK(!rt_process_signal(process, SIGTERM));
    CHECK_NO_ERROR();
    CHECK_INT(rt_process_write_stdin(process, bytes("late"), 4), 0);
    CHECK_LAST_ERROR(RT_ERROR_PROCESS_NO_PIPE, "rt_process_write_stdin");
    CHECK_INT(rt_process_free(process), 1);
    CHECK_INT(rt_process_wait(process), -1);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_process_wait");
}

/* ---- the machine, and the end ----------------------------------------------------------------- */

static void the_machine(void) {
    char name[256] = "";
    gethostname(name, sizeof name);
    expect(rt_hostname(), name);
    expect(rt_platform_name(), "linux");
    const RuntimeValue arch = rt_platform_arch(), version = rt_platform_version();
    const RuntimeValue user = rt_username();
    CHECK(rt_string_len(arch) > 0 && rt_string_len(version) > 0 && rt_string_len(user) > 0);
    rt_value_free(arch);
    rt_value_free(version);
    rt_value_free(user);
    CHECK(rt_cpu_count() >= 1);
    CHECK_INT(rt_getpid(), getpid());
    CHECK_INT(rt_getppid(), getppid());
    CHECK_NO_ERROR();
}

static int exit_pipe;

static void last_words(void) {
    CHECK_INT(write(exit_pipe, "last words", 10), 10);
}

static void the_exit_writes_what_was_printed(void) {
    int ends[2] = {-1, -1}, status = -1;
    char said[64] = "";
    CHECK_INT(pipe(ends), 0);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        exit_pipe = ends[1];
        atexit(last_words);
        rt_print_str(bytes("printed, "), 9);
        rt_exit(256 + 5);
        _exit(1);
    }
    close(ends[1]);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 5);
    CHECK(read(ends[0], said, sizeof said - 1) > 0);
    CHECK_CSTR(said, "printed, last words");
    close(ends[0]);
}

int main(int argc, char **argv) {
    if (argc > 1) {
        return check_arguments(argc, argv);
    }
    /* Before the runtime has a thread of its own, which a fork leaves behind. */
    the_exit_writes_what_was_printed();
    own_path = realpath("/proc/self/exe", NULL);
    variables_come_and_go();
    variables_are_listed();
    bad_names_are_refused();
    directories();
    threads_share_the_environment();
    arguments_come_without_help_of_main();
    programs_run();
    signals_are_told_from_codes();
    failures_to_start_are_told();
    bad_arguments_are_told();
    options_are_followed();
    a_timeout_ends_what_ignores_sigterm();
    much_on_both_streams();
    numbers_tell_the_end_once();
    no_zombie_stays();
    a_conversation();
    the_machine();
    free(own_path);
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("process");
}
