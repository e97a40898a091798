/* The hostile-word test: every function of the header is called with words that no correct program
 * would pass, and must neither crash nor hang nor panic.
 *
 * Each function has a process of its own. The parent sees how it ends and names the call that was
 * being made. The choice of arguments is random with a fixed seed for each function. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#define _XOPEN_SOURCE 700

#include "hostile.h"

#include <inttypes.h>
#include <math.h>
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
    MAX_WORDS = 1024,
    DEPTH = 20000,
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

/* ---- words ------------------------------------------------------------------------------------ */

typedef struct {
    uint64_t word;
    const char *label;
} Word;

/* The words that are no live object come first; `dead` is how many those are. */
static Word words[MAX_WORDS];
static int word_count;
static int dead_count;

static void add_word(uint64_t word, const char *label) {
    if (word_count < MAX_WORDS) {
        words[word_count++] = (Word){word, label};
    }
}

static void add_numbers(void) {
    static const int64_t numbers[] = {
        0, 1, -1, 2, 3, 7, 8, 16, 63, 64, 255, 256, 65535, 65536, INT32_MAX, INT32_MIN,
        INT64_C(1) << 31, INT64_C(1) << 32, INT64_C(1) << 53, (INT64_C(1) << 60) - 1,
        INT64_C(1) << 60, INT64_C(1) << 61, INT64_C(1) << 62, INT64_MAX - 1, INT64_MAX, INT64_MIN,
        INT64_MIN + 1, -(INT64_C(1) << 60), -(INT64_C(1) << 60) - 1, -(INT64_C(1) << 61),
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_word((uint64_t)numbers[i], "a number");
    }
    add_word(RT_NIL, "NIL");
    add_word(RT_TRUE, "TRUE");
    add_word(RT_FALSE, "FALSE");
    add_word(RT_ERROR_VALUE, "ERROR");
    add_word(0x23, "a symbol");
}

static void add_forged_words(void) {
    static const uint64_t addresses[] = {
        0, 8, 4096, 0x7fffffff0, UINT64_C(0x500000000000), UINT64_C(0x7ffffffff000),
        UINT64_C(0x8000000000000000), UINT64_C(0xdeadbeefdeadbee8), UINT64_C(0xfffffffffffffff8),
    };
    for (uint64_t tag = 0; tag < 8; tag++) {
        for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
            add_word(addresses[i] | tag, "forged");
        }
    }
    /* Memory that is there, but holds no object. */
    static uint64_t no_object[4] = {1, 2, 3, 4};
    add_word((uint64_t)(uintptr_t)no_object | 1, "the address of a variable");
    add_word((uint64_t)(uintptr_t)&print_call | 1, "the address of code");
    /* Handles of every kind, and of kinds that there are not, that were never given out. */
    for (uint64_t kind = 0; kind < 64; kind++) {
        add_word(kind << 54 | UINT64_C(1) << 26, "a forged handle");
    }
    add_word(UINT64_C(11) << 54 | UINT64_C(0xfffffff) << 26 | 0x3ffffff, "a forged handle");
}

/* ---- other arguments -------------------------------------------------------------------------- */

typedef struct {
    const void *start;
    uint64_t length;
    const char *label;
} Slice;

static const char plain_text[] = "hostile";
static const char number_text[] = "-12345678901234567890";
static const uint8_t no_text[] = {0xff, 0x00, 0x80, 0xc3, 0x28, 0xed, 0xa0, 0x80};
static _Alignas(64) unsigned char buffer[4096];
static _Alignas(64) uint64_t word_slice[64];

static const Slice slices[] = {
    {NULL, 0, "null"},
    {NULL, 1, "null"},
    {NULL, UINT64_C(1) << 61, "null"},
    {NULL, UINT64_MAX, "null"},
    {word_slice, 0, "empty"},
    {word_slice, UINT64_C(1) << 63, "too long for memory"},
    {word_slice, UINT64_MAX, "too long for memory"},
};
static const Slice byte_slices[] = {
    {plain_text, sizeof plain_text - 1, "a text"},
    {number_text, sizeof number_text - 1, "a text"},
    {no_text, sizeof no_text, "not UTF-8"},
};
static const Slice word_slices[] = {
    {word_slice, 1, "a word"},
    {word_slice, 64, "words"},
    {(const char *)word_slice + 1, 1, "misaligned"},
};
enum {
    SLICES = sizeof slices / sizeof slices[0],
    BYTE_SLICES = sizeof byte_slices / sizeof byte_slices[0],
    WORD_SLICES = sizeof word_slices / sizeof word_slices[0],
};

static const Slice rooms[] = {
    {NULL, 0, "null"},
    {NULL, 1, "null"},
    {NULL, UINT64_C(1) << 61, "null"},
    {NULL, UINT64_MAX, "null"},
    {buffer, 0, "no room"},
    {buffer, 1, "room for one"},
    {buffer, 512, "room"},
    {buffer, UINT64_C(1) << 63, "more room than memory"},
    {buffer, UINT64_MAX, "more room than memory"},
};
enum { ROOMS = sizeof rooms / sizeof rooms[0] };

static const double numbers[] = {
    0.0, -0.0, 1.0, -1.5, 0.1, 1e300, -1e300, 5e-324, 2.2e-308, 9007199254740993.0,
    9223372036854775808.0, INFINITY, -INFINITY, NAN,
};
enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

/* What callbacks run: it takes what it is given and returns nil. */
static uint64_t callback(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return RT_NIL;
}

/* How many choices there are for an argument. */
static int choices(Kind kind) {
    switch (kind) {
    case KIND_WORD: return word_count;
    case KIND_DEAD: return dead_count;
    case KIND_SMALL: return 4;
    case KIND_ONE: return 1;
    case KIND_BOOL: return 2;
    case KIND_FLOAT: return NUMBERS;
    case KIND_CODE: return 2;
    case KIND_TEXT: return 3;
    case KIND_BUFFER: return 2;
    case KIND_WILD: return word_count;
    case KIND_SLICE1: return SLICES + BYTE_SLICES;
    case KIND_SLICE4: return SLICES + WORD_SLICES;
    case KIND_SLICE8: return SLICES + WORD_SLICES;
    case KIND_ROOM: return ROOMS;
    case KIND_LENGTH: return 1;
    }
    return 1;
}

static void choose_slice(Slice slice, int position) {
    record->arguments[position].word = (uint64_t)(uintptr_t)slice.start;
    record->arguments[position + 1].word = slice.length;
    record->labels[position] = slice.label;
    record->labels[position + 1] = NULL;
}

static void choose(Kind kind, int choice, int position) {
    Argument *argument = &record->arguments[position];
    const char **label = &record->labels[position];
    *label = NULL;
    switch (kind) {
    case KIND_WORD:
    case KIND_DEAD:
    case KIND_WILD:
        argument->word = words[choice].word;
        *label = words[choice].label;
        break;
    case KIND_SMALL: argument->word = (uint64_t)((int64_t)choice - 1); break;
    case KIND_ONE: argument->word = 1; break;
    case KIND_BOOL: argument->word = (uint64_t)choice; break;
    case KIND_FLOAT: argument->number = numbers[choice]; break;
    case KIND_CODE:
        argument->word = choice == 0 ? 0 : (uint64_t)(uintptr_t)&callback;
        *label = choice == 0 ? "null" : "a function";
        break;
    case KIND_TEXT:
        argument->word = choice == 0   ? 0
                         : choice == 1 ? (uint64_t)(uintptr_t)plain_text
                                       : (uint64_t)(uintptr_t) "\xff\x80";
        *label = choice == 0 ? "null" : choice == 1 ? "\"hostile\"" : "\"\\xff\\x80\"";
        break;
    case KIND_BUFFER:
        argument->word = choice == 0 ? 0 : (uint64_t)(uintptr_t)buffer;
        *label = choice == 0 ? "null" : "a buffer";
        break;
    case KIND_SLICE1:
        choose_slice(choice < SLICES ? slices[choice] : byte_slices[choice - SLICES], position);
        break;
    case KIND_SLICE4:
    case KIND_SLICE8:
        choose_slice(choice < SLICES ? slices[choice] : word_slices[choice - SLICES], position);
        break;
    case KIND_ROOM: choose_slice(rooms[choice], position); break;
    case KIND_LENGTH: break;
    }
}

/* ---- live and freed objects ------------------------------------------------------------------- */

/* An argument that a constructor accepts. */
static Argument harmless(Kind kind) {
    Argument argument = {0};
    switch (kind) {
    case KIND_WORD: argument.word = 16; break; /* as a number 16, as a value the int 2 */
    case KIND_SMALL:
    case KIND_ONE:
    case KIND_BOOL: argument.word = 1; break;
    case KIND_FLOAT: argument.number = 1.5; break;
    case KIND_CODE: argument.word = (uint64_t)(uintptr_t)&callback; break;
    case KIND_SLICE1:
    case KIND_TEXT: argument.word = (uint64_t)(uintptr_t)plain_text; break;
    case KIND_LENGTH: argument.word = 1; break;
    case KIND_ROOM:
    case KIND_BUFFER: argument.word = (uint64_t)(uintptr_t)buffer; break;
    case KIND_SLICE4:
    case KIND_SLICE8: argument.word = (uint64_t)(uintptr_t)word_slice; break;
    case KIND_DEAD:
    case KIND_WILD: break;
    }
    return argument;
}

static uint64_t make(const Function *constructor) {
    Argument arguments[MAX_ARGUMENTS] = {{0}};
    for (int i = 0; i < constructor->count; i++) {
        arguments[i] = harmless(constructor->kinds[i]);
    }
    call_result = 0;
    constructor->call(arguments);
    return call_result;
}

#ifdef HAVE_rt_array_push
/* An array in an array in an array. It is slow to make, so the children inherit it. */
static RuntimeValue deep = RT_NIL;

static void make_deep_value(void) {
    for (int i = 0; i < DEPTH; i++) {
        const RuntimeValue outer = rt_array_new(1);
        rt_array_push(outer, deep);
        deep = outer;
    }
}

/* Arrays and dicts that a walk over them must survive: one inside itself, one very deep. */
static void add_difficult_values(void) {
    const RuntimeValue cycle = rt_array_new(1);
    rt_array_push(cycle, cycle);
    rt_array_push(cycle, RT_NIL);
    add_word(cycle, "an array inside itself");

    add_word(deep, "a very deep array");

    const RuntimeValue broken = rt_array_new(1);
    rt_array_push(broken, (RuntimeValue)0x9);
    rt_array_push(broken, UINT64_C(0xdeadbeefdeadbee9));
    rt_array_push(broken, rt_value_float(NAN));
    rt_array_push(broken, rt_value_int(INT64_MIN));
    rt_array_push(broken, rt_value_float(5e-324));
    add_word(broken, "an array with forged words");

    const RuntimeValue dict = rt_dict_new(1);
    rt_dict_set(dict, dict, dict);
    rt_dict_set(dict, cycle, deep);
    rt_dict_set(dict, rt_value_float(NAN), broken);
    add_word(dict, "a dict inside itself");

    add_word(rt_value_int(INT64_MIN), "a large int");
    add_word(rt_value_float(5e-324), "a small float");
    add_word(rt_string_new(no_text, sizeof no_text), "a string that is not UTF-8");
    add_word(rt_string_new(NULL, 0), "an empty string");
}
#else
static void make_deep_value(void) {}
static void add_difficult_values(void) {}
#endif

#ifdef HAVE_rt_torch_tensor_from_buffer
static RuntimeValue shape_of(const int64_t *sizes, size_t count) {
    const RuntimeValue shape = rt_array_new((int64_t)count);
    for (size_t i = 0; i < count; i++) {
        rt_array_push(shape, rt_value_int(sizes[i]));
    }
    return shape;
}

/* Tensors of several types and shapes, lists of them and a layer. Without PyTorch all are NIL. */
static void add_tensors(void) {
    static const unsigned char bytes[64];
    static const struct {
        int64_t dtype;
        uint64_t size;
        int64_t sizes[3];
        size_t dims;
        const char *label;
    } kinds[] = {
        {RT_TORCH_FLOAT32, 4, {0}, 0, "a tensor without dimensions"},
        {RT_TORCH_FLOAT32, 4, {3, 3}, 2, "a tensor, 3 x 3"},
        {RT_TORCH_FLOAT64, 8, {1, 2, 3}, 3, "a tensor, 1 x 2 x 3"},
        {RT_TORCH_INT64, 8, {3}, 1, "a tensor of three ints"},
        {RT_TORCH_BOOL, 1, {3, 3}, 2, "a mask, 3 x 3"},
        {RT_TORCH_COMPLEX64, 8, {4}, 1, "a complex tensor"},
        {RT_TORCH_FLOAT32, 4, {0, 3}, 2, "an empty tensor"},
    };
    const int first = word_count;
    const RuntimeValue list = rt_array_new(4);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const RuntimeValue shape = shape_of(kinds[i].sizes, kinds[i].dims);
        uint64_t length = kinds[i].size;
        for (size_t dim = 0; dim < kinds[i].dims; dim++) {
            length *= (uint64_t)kinds[i].sizes[dim];
        }
        const RuntimeValue tensor =
            rt_torch_tensor_from_buffer(bytes, length, shape, kinds[i].dtype, 0);
        add_word(tensor, kinds[i].label);
        add_word(shape, "a shape");
        if (i == 1) {
            add_word(rt_torch_set_requires_grad(tensor, 1), "a tensor with a gradient");
        }
        rt_array_push(list, tensor);
    }
    add_word(list, "a list of tensors");
    add_word(rt_torch_linear_new(3, 3, 1), "a layer");
    /* Again, so that calls in which all arguments are tensors come up among so many words. */
    const int count = word_count - first;
    for (int i = 0; i < 5 * count; i++) {
        add_word(words[first + i % count].word, words[first + i % count].label);
    }
}
#else
static void add_tensors(void) {}
#endif

/* Blocks that compiled code could build an object in, but has not. */
static void add_blocks(void) {
#ifdef HAVE_rt_alloc
    const uint64_t block = (uint64_t)(uintptr_t)rt_alloc(64);
    add_word(block, "a block of rt_alloc");
    add_word(block | 1, "a block of rt_alloc as an object");
    add_word(block + 16, "the inside of a block of rt_alloc");
#endif
}

/* Hands back what the calls so far have made, as far as a scope knows it. */
static void end_world(void) {
#ifdef HAVE_rt_scope_begin
    while (rt_scope_end(RT_NIL) >= 0) {
    }
    rt_scope_begin();
#endif
}

/* Fills `words`: numbers, forged words, freed objects, then live ones. */
static void new_world(void) {
    end_world();
    word_count = 0;
    add_numbers();
    add_forged_words();
    for (int i = 0; i < constructor_count; i++) {
        const uint64_t made = make(constructors[i].make);
        if (constructors[i].release != NULL) {
            const Argument argument = {.word = made};
            constructors[i].release(&argument);
            add_word(made, "freed");
        }
    }
    dead_count = word_count;
    for (int i = 0; i < constructor_count; i++) {
        const uint64_t made = make(constructors[i].make);
        add_word(made, constructors[i].make->name);
        if ((made & 7) == 1 && made >> 54 == 0) { /* an address, not a handle */
            add_word(made + 8, "the inside of an object");
            add_word(made + 3, "a live object's address with another tag");
        }
    }
    add_difficult_values();
    add_blocks();
    add_tensors();
    for (int i = 0; i < 64; i++) {
        word_slice[i] = words[(i * 37) % word_count].word;
    }
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
        choose(kind, (int)(all ? number % count : random_below(count)), i);
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
    const RuntimeValue text = rt_string_new((const uint8_t *)plain_text, sizeof plain_text - 1);
    if (rt_string_len(text) != (int64_t)sizeof plain_text - 1) {
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
