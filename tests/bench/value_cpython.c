/* Values through their C functions beside CPython's through its C API, and beside malloc.
 *
 *     cargo xtask bench-c value_cpython
 *
 * Each row is the best of several repetitions, in nanoseconds for each operation, and the ratio of
 * ours to theirs: below 1 is faster. Both sides call functions of a shared library. */
#define _POSIX_C_SOURCE 200809L
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "simple_runtime.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COUNT = 1000, ROUNDS = 2000, REPETITIONS = 9 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Whatever a benchmark computes ends here, so that nothing is optimised away. */
static volatile uint64_t sink;

/* Makes the compiler believe that the memory is read. */
static void keep(void *memory) {
    __asm__ volatile("" : : "r"(memory) : "memory");
}

typedef void Work(void);

/* One operation's nanoseconds: `work` does COUNT of them. */
static double measure(Work *work) {
    double best = 1e18;
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
        double start = now();
        for (int round = 0; round < ROUNDS / REPETITIONS; round++) {
            work();
        }
        double taken = (now() - start) / (COUNT * (double)(ROUNDS / REPETITIONS));
        best = taken < best ? taken : best;
    }
    return best;
}

static void row(const char *name, Work *ours, const char *other, Work *theirs) {
    double mine = measure(ours), other_time = measure(theirs);
    printf("%-34s %8.2f ns   %-24s %8.2f ns   %5.2f\n", name, mine, other, other_time, mine / other_time);
}

static RuntimeValue ints[COUNT], strings[COUNT], twins[COUNT], array, int_dict, string_dict;
static PyObject *py_ints[COUNT], *py_strings[COUNT], *py_twins[COUNT], *list, *py_int_dict, *py_string_dict;

static void push_ours(void) {
    RuntimeValue fresh = rt_array_new(0);
    for (int i = 0; i < COUNT; i++) {
        rt_array_push(fresh, ints[i]);
    }
    rt_array_free(fresh);
}

static void push_theirs(void) {
    PyObject *fresh = PyList_New(0);
    for (int i = 0; i < COUNT; i++) {
        PyList_Append(fresh, py_ints[i]);
    }
    Py_DECREF(fresh);
}

static void get_ours(void) {
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += rt_array_get(array, i);
    }
    sink = sum;
}

static void get_theirs(void) {
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += (uintptr_t)PyList_GetItem(list, i);
    }
    sink = sum;
}

static void set_ours(void) {
    for (int i = 0; i < COUNT; i++) {
        rt_array_set(array, i, ints[i]);
    }
}

static void set_theirs(void) {
    for (int i = 0; i < COUNT; i++) {
        Py_INCREF(py_ints[i]);
        PyList_SetItem(list, i, py_ints[i]);
    }
}

static void fill_ours(RuntimeValue *keys) {
    RuntimeValue fresh = rt_dict_new(0);
    for (int i = 0; i < COUNT; i++) {
        rt_dict_set(fresh, keys[i], ints[i]);
    }
    rt_dict_free(fresh);
}

static void fill_theirs(PyObject **keys) {
    PyObject *fresh = PyDict_New();
    for (int i = 0; i < COUNT; i++) {
        PyDict_SetItem(fresh, keys[i], py_ints[i]);
    }
    Py_DECREF(fresh);
}

static void fill_ints_ours(void) { fill_ours(ints); }
static void fill_ints_theirs(void) { fill_theirs(py_ints); }
static void fill_strings_ours(void) { fill_ours(strings); }
static void fill_strings_theirs(void) { fill_theirs(py_strings); }

static void overwrite_ours(RuntimeValue dict, RuntimeValue *keys) {
    for (int i = 0; i < COUNT; i++) {
        rt_dict_set(dict, keys[i], ints[i]);
    }
}

static void overwrite_theirs(PyObject *dict, PyObject **keys) {
    for (int i = 0; i < COUNT; i++) {
        PyDict_SetItem(dict, keys[i], py_ints[i]);
    }
}

static void overwrite_ints_ours(void) { overwrite_ours(int_dict, ints); }
static void overwrite_ints_theirs(void) { overwrite_theirs(py_int_dict, py_ints); }
static void overwrite_strings_ours(void) { overwrite_ours(string_dict, strings); }
static void overwrite_strings_theirs(void) { overwrite_theirs(py_string_dict, py_strings); }

static void look_up_ours(RuntimeValue dict, RuntimeValue *keys) {
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += rt_dict_get(dict, keys[i]);
    }
    sink = sum;
}

static void look_up_theirs(PyObject *dict, PyObject **keys) {
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += (uintptr_t)PyDict_GetItem(dict, keys[i]);
    }
    sink = sum;
}

static void look_up_ints_ours(void) { look_up_ours(int_dict, ints); }
static void look_up_ints_theirs(void) { look_up_theirs(py_int_dict, py_ints); }
static void look_up_strings_ours(void) { look_up_ours(string_dict, strings); }
static void look_up_strings_theirs(void) { look_up_theirs(py_string_dict, py_strings); }
static void look_up_twins_ours(void) { look_up_ours(string_dict, twins); }
static void look_up_twins_theirs(void) { look_up_theirs(py_string_dict, py_twins); }

static const char *text;
static size_t text_len;

static void string_ours(void) {
    for (int i = 0; i < COUNT; i++) {
        RuntimeValue string = rt_string_new((const uint8_t *)text, text_len);
        rt_value_free(string);
    }
}

static void string_malloc(void) {
    for (int i = 0; i < COUNT; i++) {
        char *copy = malloc(text_len + 24);
        memcpy(copy + 24, text, text_len);
        keep(copy);
        free(copy);
    }
}

static void string_theirs(void) {
    for (int i = 0; i < COUNT; i++) {
        PyObject *string = PyBytes_FromStringAndSize(text, (Py_ssize_t)text_len);
        Py_DECREF(string);
    }
}

static void float_ours(void) {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += rt_value_as_float(rt_value_float(0.1 * i));
    }
    sink = (uint64_t)sum;
}

static void float_inline(void) {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += rt_inline_as_float(rt_inline_float(0.1 * i));
    }
    sink = (uint64_t)sum;
}

static void float_theirs(void) {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
        PyObject *number = PyFloat_FromDouble(0.1 * i);
        sum += PyFloat_AsDouble(number);
        Py_DECREF(number);
    }
    sink = (uint64_t)sum;
}

static void validate_ours(void) {
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += (uint64_t)rt_string_len(strings[i]);
    }
    sink = sum;
}

static void empty_call_ours(void) {
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += rt_value_is_nil(strings[i]);
    }
    sink = sum;
}

static void validate_theirs(void) {
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += (uint64_t)PyUnicode_GetLength(py_strings[i]);
    }
    sink = sum;
}

int main(void) {
    Py_Initialize();
    array = rt_array_new(COUNT);
    int_dict = rt_dict_new(0);
    string_dict = rt_dict_new(0);
    list = PyList_New(0);
    py_int_dict = PyDict_New();
    py_string_dict = PyDict_New();
    for (int i = 0; i < COUNT; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "identifier_%d", i);
        ints[i] = rt_value_int(1000 + i);
        strings[i] = rt_string_new((const uint8_t *)name, (uint64_t)len);
        twins[i] = rt_string_new((const uint8_t *)name, (uint64_t)len);
        py_ints[i] = PyLong_FromLong(1000 + i);
        py_strings[i] = PyUnicode_FromString(name);
        py_twins[i] = PyUnicode_FromString(name);
        rt_array_push(array, ints[i]);
        PyList_Append(list, py_ints[i]);
        rt_dict_set(int_dict, ints[i], ints[i]);
        rt_dict_set(string_dict, strings[i], ints[i]);
        PyDict_SetItem(py_int_dict, py_ints[i], py_ints[i]);
        PyDict_SetItem(py_string_dict, py_strings[i], py_ints[i]);
    }
    printf("%-34s %11s   %-24s %11s   ratio\n", "", "runtime", "", "other");
    row("rt_array_push", push_ours, "PyList_Append", push_theirs);
    row("rt_array_get", get_ours, "PyList_GetItem", get_theirs);
    row("rt_array_set", set_ours, "PyList_SetItem", set_theirs);
    row("rt_dict_set, new int keys", fill_ints_ours, "PyDict_SetItem", fill_ints_theirs);
    row("rt_dict_set, new string keys", fill_strings_ours, "PyDict_SetItem", fill_strings_theirs);
    row("rt_dict_set, known int keys", overwrite_ints_ours, "PyDict_SetItem", overwrite_ints_theirs);
    row("rt_dict_set, known string keys", overwrite_strings_ours, "PyDict_SetItem",
        overwrite_strings_theirs);
    row("rt_dict_get, int keys", look_up_ints_ours, "PyDict_GetItem", look_up_ints_theirs);
    row("rt_dict_get, the same strings", look_up_strings_ours, "PyDict_GetItem", look_up_strings_theirs);
    row("rt_dict_get, equal strings", look_up_twins_ours, "PyDict_GetItem", look_up_twins_theirs);
    row("rt_value_float and as_float", float_ours, "PyFloat", float_theirs);
    row("rt_inline_float and as_float", float_inline, "PyFloat", float_theirs);
    row("rt_string_len (checks a word)", validate_ours, "PyUnicode_GetLength", validate_theirs);
    row("rt_string_len (checks a word)", validate_ours, "a call: rt_value_is_nil", empty_call_ours);
    static char buffer[4096];
    memset(buffer, 'x', sizeof buffer);
    text = buffer;
    size_t lengths[] = {0, 8, 16, 32, 64, 256, 1024, 4096};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char name[64];
        text_len = lengths[i];
        snprintf(name, sizeof name, "rt_string_new and free, %zu bytes", text_len);
        row(name, string_ours, "malloc, memcpy, free", string_malloc);
        row(name, string_ours, "PyBytes", string_theirs);
    }
    return 0;
}
