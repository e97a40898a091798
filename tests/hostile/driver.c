/* The hostile-word test: every function of the header is called with words that no correct program
 * would pass, and must neither crash nor hang nor panic.
 *
 * What they are called with is in world.c. Each function has a process of its own. The parent sees how it ends and names the call that was
 * being made. The choice of arguments is random with a fixed seed for each function. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#define _XOPEN_SOURCE 700

#include "world.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    CALLS_PER_FUNCTION = 3000, /* unless there are fewer different ones */
    CALLS_PER_WORLD = 200,     /* after so many, freed objects are replaced by new ones */
};

#ifndef SECONDS_PER_WORLD
#define SECONDS_PER_WORLD 20 /* no group of calls takes longer */
#endif

#ifndef MEMORY_MIB
#define MEMORY_MIB 64 /* beyond what a process starts with */
#endif

static const rlim_t MEMORY = (rlim_t)MEMORY_MIB << 20;

uint64_t call_result;

/* ---- what the parent knows of the call that is being made ------------------------------------- */

typedef struct {
    Argument arguments[MAX_ARGUMENTS];
    const char *labels[MAX_ARGUMENTS];
    unsigned long calls;
    char finding[256]; /* what was wrong after the call, when the process did not die of it */
    bool is_over;      /* the attack came to its end */
} Record;

static Record *record; /* shared by parent and child */
static FILE *said;     /* what the child wrote to its standard error */

static void print_call(const Function *function) {
    printf("  %s(", function->name);
    for (int i = 0; i < function->count; i++) {
        printf("%s", i == 0 ? "" : ", ");
        if (function->kinds[i] == KIND_FLOAT) {
            printf("%g", record->arguments[i].number);
        } else {
            printf("0x%" PRIx64, record->arguments[i].word);
        }
        if (record->labels[i] != NULL) {
            printf(" /* %s */", record->labels[i]);
        }
    }
    printf(")");
}

/* ---- the calls -------------------------------------------------------------------------------- */

static uint64_t random_state;

static uint64_t random_below(uint64_t limit) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 16) % limit;
}

static void seed_random(const char *name) {
    random_state = UINT64_C(0xcbf29ce484222325);
    for (; *name != '\0'; name++) {
        random_state = (random_state ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    }
    random_state |= 1;
}

/* Whether the last call left what no call may leave. */
static bool is_well(void) {
    if (rt_last_error_code() != RT_ERROR_PANIC) {
        return true;
    }
    int length = 0;
    const char *text = "";
#ifdef HAVE_rt_last_error_message
    const RuntimeValue message = rt_last_error_message();
    length = (int)rt_string_len(message);
    text = (const char *)rt_string_data(message);
#endif
    snprintf(record->finding, sizeof record->finding, "a panic: %.*s", length, text);
    return false;
}

/* The `number`th call of all, when they are few, else one at random. */
static void choose_all(const Function *function, unsigned long number, bool all) {
    for (int i = 0; i < function->count; i++) {
        const Kind kind = function->kinds[i];
        if (kind == KIND_LENGTH) {
            continue;
        }
        const unsigned long count = (unsigned long)choices(kind);
        choose(kind, (int)(all ? number % count : random_below(count)), &record->arguments[i],
               &record->labels[i]);
        number /= count;
    }
}

/* How many different calls there are, but not more than `limit`. */
static unsigned long different_calls(const Function *function, unsigned long limit) {
    unsigned long product = 1;
    for (int i = 0; i < function->count && product <= limit; i++) {
        product *= (unsigned long)choices(function->kinds[i]);
    }
    return product;
}

/* After all of it, the runtime still works. */
static bool still_works(void) {
    for (int64_t kind = 0; kind < 64; kind++) {
        const int64_t live = rt_handle_live_count(kind);
        if (live < 0) {
            snprintf(record->finding, sizeof record->finding,
                     "in the end %" PRId64 " handles of kind %" PRId64 " are live", live, kind);
            return false;
        }
    }
#ifdef HAVE_rt_string_new
    const RuntimeValue text = rt_string_new((const uint8_t *)"hostile", 7);
    if (rt_string_len(text) != 7) {
        snprintf(record->finding, sizeof record->finding, "in the end a new string is broken");
        return false;
    }
#endif
    return true;
}

static void limit_memory(void) {
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm != NULL) {
        if (fscanf(statm, "%lu", &pages) != 1) {
            pages = 0;
        }
        fclose(statm);
    }
    const rlim_t limit = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + MEMORY;
    const struct rlimit memory = {limit, limit};
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CORE, &no_core);
}

/* The life of a child. */
static void attack(const Function *function) {
    limit_memory();
    seed_random(function->name);
    alarm(SECONDS_PER_WORLD);
    new_world();
    const unsigned long different = different_calls(function, CALLS_PER_FUNCTION);
    const bool all = different <= CALLS_PER_FUNCTION;
    const unsigned long calls = all ? different : CALLS_PER_FUNCTION;
    for (unsigned long number = 0; number < calls; number++) {
        if (number % CALLS_PER_WORLD == 0) {
            alarm(SECONDS_PER_WORLD);
            if (number != 0) {
                new_world();
            }
        }
        choose_all(function, number, all);
        record->calls += 1;
        rt_last_error_clear();
        function->call(record->arguments);
        if (!is_well()) {
            return;
        }
    }
    record->is_over = still_works();
}

/* Functions may print and read: not from the terminal. What they say to the standard error is
 * kept. */
static bool silence(void) {
    return freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "r", stdin) != NULL &&
           dup2(fileno(said), STDERR_FILENO) == STDERR_FILENO;
}

/* The beginning of what the child wrote to its standard error. */
static void print_what_was_said(void) {
    char text[400];
    rewind(said);
    const size_t length = fread(text, 1, sizeof text, said);
    if (length > 0) {
        printf("    it said: %.*s\n", (int)length, text);
    }
}

/* Runs the attack in a process of its own. Returns whether the function stood it. */
static bool stands(const Function *function) {
    record->finding[0] = '\0';
    record->is_over = false;
    rewind(said);
    if (ftruncate(fileno(said), 0) != 0) {
        perror("ftruncate");
        exit(2);
    }
    fflush(stdout);
    const pid_t child = fork();
    if (child < 0) {
        perror("fork");
        exit(2);
    }
    if (child == 0) {
        if (silence()) {
            attack(function);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (record->is_over) {
        return true;
    }
    print_call(function);
    if (record->finding[0] != '\0') {
        printf(": %s\n", record->finding);
    } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        printf(": does not return\n");
    } else if (WIFSIGNALED(status)) {
        printf(": killed by signal %d\n", WTERMSIG(status));
    } else {
        printf(": ended the process with status %d\n", WEXITSTATUS(status));
    }
    print_what_was_said();
    return false;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int count, char **arguments) {
    record = mmap(NULL, sizeof *record, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (record == MAP_FAILED) {
        perror("mmap");
        return 2;
    }
    said = tmpfile();
    if (said == NULL) {
        perror("tmpfile");
        return 2;
    }
    make_deep_value();
    int attacked = 0, fallen = 0;
    const Function *slowest = NULL;
    double longest = 0.0;
    for (int i = 0; i < function_count; i++) {
        /* An argument names a function, or the beginning of the names of several. */
        if (count > 1 && strncmp(arguments[1], functions[i].name, strlen(arguments[1])) != 0) {
            continue;
        }
        const double start = seconds_now();
        attacked += 1;
        fallen += stands(&functions[i]) ? 0 : 1;
        if (seconds_now() - start > longest) {
            longest = seconds_now() - start;
            slowest = &functions[i];
        }
    }
    printf("%d functions, %lu calls, %d fell; the slowest was %s with %.1f s\n", attacked,
           record->calls, fallen, slowest == NULL ? "none" : slowest->name, longest);
    return fallen == 0 ? 0 : 1;
}
