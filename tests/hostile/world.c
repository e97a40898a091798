/* What the functions are called with in the hostile-word test: numbers, forged words, freed and live
 * objects, slices that are none. */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 700

#include "world.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MAX_WORDS = 1024,
    DEPTH = 20000,
};

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
    add_word((uint64_t)(uintptr_t)&choices | 1, "the address of code");
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

/* A file of this process's own, opened again when it was closed. */
static int own_file(void) {
    static int file = -1;
    if (file < 0 || fcntl(file, F_GETFD) < 0) {
        char name[] = "hostile-XXXXXX";
        file = mkstemp(name);
        unlink(name);
    }
    return file;
}

static const int32_t no_files[] = {-1, INT32_MIN, INT32_MAX, 1 << 20};
enum { NO_FILES = sizeof no_files / sizeof no_files[0] };

int choices(Kind kind) {
    switch (kind) {
    case KIND_WORD: return word_count;
    case KIND_DEAD: return dead_count;
    case KIND_SMALL: return 4;
    case KIND_ONE: return 1;
    case KIND_BOOL: return 2;
    case KIND_FILE: return NO_FILES + 1;
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

static void choose_slice(Slice slice, Argument *argument, const char **label) {
    argument[0].word = (uint64_t)(uintptr_t)slice.start;
    argument[1].word = slice.length;
    label[0] = slice.label;
    label[1] = NULL;
}

void choose(Kind kind, int choice, Argument *argument, const char **label) {
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
    case KIND_FILE:
        argument->word = (uint64_t)(choice < NO_FILES ? no_files[choice] : own_file());
        *label = choice < NO_FILES ? "no descriptor" : "a file";
        break;
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
        choose_slice(choice < SLICES ? slices[choice] : byte_slices[choice - SLICES], argument,
                     label);
        break;
    case KIND_SLICE4:
    case KIND_SLICE8:
        choose_slice(choice < SLICES ? slices[choice] : word_slices[choice - SLICES], argument,
                     label);
        break;
    case KIND_ROOM: choose_slice(rooms[choice], argument, label); break;
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
    case KIND_FILE: argument.word = (uint64_t)own_file(); break;
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

void make_deep_value(void) {
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
void make_deep_value(void) {}
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

void new_world(void) {
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
