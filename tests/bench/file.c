/* Whole files of 1 KiB and of 256 MiB, read and written through the runtime, beside plain C calls and
 * CPython doing the same.
 *
 *     cargo xtask bench-c file
 *
 * The files lie in the current folder's `bench-file`, which the run makes and removes; 1 GiB must be free.
 * The sides of a row take turns, and each shows its best turn; a ratio below 1 means that ours is faster.
 * Reads find the file in the system's cache. A write of the runtime is durable: a temporary file, fsync,
 * rename, fsync of the folder. So does each side of those rows. The last rows say what that costs beside
 * a write that overwrites the file in place and leaves the disk to the system. */
#define _GNU_SOURCE
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "simple_runtime.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 1 << 10, LARGE = 256 << 20 };

static const char folder[] = "bench-file";
static const char name[] = "bench-file/content";
static const char temporary[] = "bench-file/temporary";

static uint8_t *content; /* LARGE bytes */
static size_t size;      /* of the file that is measured */
static PyObject *functions, *py_content;

static void must(int holds, const char *what) {
    if (!holds) {
        RuntimeValue message = rt_last_error_message();
        fprintf(stderr, "%s failed: %.*s\n", what, (int)rt_string_len(message),
                message == RT_NIL ? "" : (const char *)rt_string_data(message));
        PyErr_Print();
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* ---- the three sides ------------------------------------------------------------------------- */

static const uint8_t *path(void) { return (const uint8_t *)name; }
enum { PATH_LEN = sizeof name - 1 };

static void read_bytes_ours(void) {
    RuntimeValue read = rt_file_read_bytes(path(), PATH_LEN);
    must(rt_string_len(read) == (int64_t)size, "rt_file_read_bytes");
    rt_value_free(read);
}

static void read_text_ours(void) {
    RuntimeValue read = rt_file_read_text(path(), PATH_LEN);
    must(rt_string_len(read) == (int64_t)size, "rt_file_read_text");
    rt_value_free(read);
}

static void read_mapped_ours(void) {
    RuntimeValue read = rt_file_mmap_read_bytes(path(), PATH_LEN);
    must(rt_string_len(read) == (int64_t)size, "rt_file_mmap_read_bytes");
    rt_value_free(read);
}

static void write_text_ours(void) {
    must(rt_file_write_text(path(), PATH_LEN, content, size), "rt_file_write_text");
}

static void write_bytes_ours(void) {
    must(rt_file_write_bytes(path(), PATH_LEN, content, size), "rt_file_write_bytes");
}

/* As C's open and write: in place, and not durable. */
static void write_in_place_ours(void) {
    const int32_t file =
        rt_file_open_with(path(), PATH_LEN, RT_OPEN_WRITE | RT_OPEN_CREATE | RT_OPEN_TRUNCATE, 0666);
    must(file >= 0, "rt_file_open_with");
    must(rt_fd_write(file, content, size) == (int64_t)size, "rt_fd_write");
    must(rt_file_close(file) == 1, "rt_file_close");
}

static void read_c(void) {
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    struct stat found;
    must(file >= 0 && fstat(file, &found) == 0, "open");
    uint8_t *buffer = malloc((size_t)found.st_size);
    size_t got = 0;
    while (got < (size_t)found.st_size) {
        const ssize_t read_now = read(file, buffer + got, (size_t)found.st_size - got);
        must(read_now > 0, "read");
        got += (size_t)read_now;
    }
    close(file);
    __asm__ volatile("" : : "r"(buffer) : "memory");
    free(buffer);
}

static void read_mapped_c(void) {
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    struct stat found;
    must(file >= 0 && fstat(file, &found) == 0, "open");
    const size_t length = (size_t)found.st_size;
    void *map = mmap(NULL, length, PROT_READ, MAP_PRIVATE, file, 0);
    must(map != MAP_FAILED, "mmap");
    close(file);
    uint8_t *buffer = malloc(length);
    memcpy(buffer, map, length);
    munmap(map, length);
    __asm__ volatile("" : : "r"(buffer) : "memory");
    free(buffer);
}

static void write_all_c(int file) {
    size_t put = 0;
    while (put < size) {
        const ssize_t written = write(file, content + put, size - put);
        must(written > 0, "write");
        put += (size_t)written;
    }
}

static void write_durable_c(void) {
    const int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    must(file >= 0, "open");
    write_all_c(file);
    must(fsync(file) == 0 && rename(temporary, name) == 0 && close(file) == 0, "fsync, rename");
    const int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(directory >= 0 && fsync(directory) == 0 && close(directory) == 0, "fsync of the folder");
}

static void write_plain_c(void) {
    const int file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    must(file >= 0, "open");
    write_all_c(file);
    must(close(file) == 0, "close");
}

static const char python[] =
    "import mmap, os\n"
    "name, temporary, folder = 'bench-file/content', 'bench-file/temporary', 'bench-file'\n"
    "def read_bytes(content):\n"
    "    with open(name, 'rb') as file:\n"
    "        return file.read()\n"
    "def read_text(content):\n"
    "    with open(name, encoding='utf-8', newline='') as file:\n"
    "        return file.read()\n"
    "def read_mapped(content):\n"
    "    with open(name, 'rb') as file:\n"
    "        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as map:\n"
    "            return map[:]\n"
    "def write_durable(content):\n"
    "    with open(temporary, 'xb') as file:\n"
    "        file.write(content)\n"
    "        file.flush()\n"
    "        os.fsync(file.fileno())\n"
    "    os.replace(temporary, name)\n"
    "    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)\n"
    "    os.fsync(directory)\n"
    "    os.close(directory)\n"
    "def write_plain(content):\n"
    "    with open(name, 'wb') as file:\n"
    "        file.write(content)\n";

static void call_python(const char *function) {
    PyObject *result = PyObject_CallOneArg(PyDict_GetItemString(functions, function), py_content);
    must(result != NULL, function);
    Py_DECREF(result);
}

static void read_bytes_python(void) { call_python("read_bytes"); }
static void read_text_python(void) { call_python("read_text"); }
static void read_mapped_python(void) { call_python("read_mapped"); }
static void write_durable_python(void) { call_python("write_durable"); }
static void write_plain_python(void) { call_python("write_plain"); }

/* ---- rows ------------------------------------------------------------------------------------ */

typedef void Work(void);

/* The best turn of each of the three, in nanoseconds for one call. */
static void row(const char *title, Work *ours, Work *c, Work *other, int turns, int calls) {
    Work *sides[] = {ours, c, other};
    double best[] = {1e18, 1e18, 1e18};
    for (int turn = 0; turn < turns; turn++) {
        for (int side = 0; side < 3; side++) {
            const double start = now();
            for (int call = 0; call < calls; call++) {
                sides[side]();
            }
            const double taken = (now() - start) / calls;
            best[side] = taken < best[side] ? taken : best[side];
        }
    }
    printf("%-28s %11.1f us %11.1f us %5.2f %11.1f us %5.2f\n", title, best[0] / 1e3, best[1] / 1e3,
           best[0] / best[1], best[2] / 1e3, best[0] / best[2]);
    fflush(stdout);
}

static void rows(const char *what, int turns, int reads, int writes) {
    py_content = PyBytes_FromStringAndSize((const char *)content, (Py_ssize_t)size);
    write_plain_c();
    printf("%-28s %14s %14s %5s %14s %5s\n", what, "runtime", "C", "ratio", "CPython", "ratio");
    row("  read bytes", read_bytes_ours, read_c, read_bytes_python, turns, reads);
    row("  read text", read_text_ours, read_c, read_text_python, turns, reads);
    row("  read through a map", read_mapped_ours, read_mapped_c, read_mapped_python, turns, reads);
    row("  write text, durable", write_text_ours, write_durable_c, write_durable_python, turns, writes);
    row("  write bytes, durable", write_bytes_ours, write_durable_c, write_durable_python, turns,
        writes);
    row("  write in place", write_in_place_ours, write_plain_c, write_plain_python, turns, writes);
    row("  write bytes, beside in place", write_bytes_ours, write_plain_c, write_plain_python, turns, writes);
    Py_DECREF(py_content);
}

int main(void) {
    Py_Initialize();
    functions = PyDict_New();
    must(PyRun_String(python, Py_file_input, functions, functions) != NULL, "the Python functions");
    must(mkdir(folder, 0777) == 0, "mkdir bench-file");

    /* Text that is not all ASCII: every twelfth character takes two bytes. */
    static const char line[] = "Zw\xc3\xb6lf Sachen und mehr als das, und noch viel mehr von allem.\n";
    content = malloc(LARGE);
    for (size_t at = 0; at < LARGE; at += sizeof line - 1) {
        const size_t left = LARGE - at;
        memcpy(content + at, line, left < sizeof line - 1 ? left : sizeof line - 1);
    }
    size = SMALL;
    /* A character may not be cut. */
    memset(content + SMALL - 4, '.', 4);
    memset(content + LARGE - 64, '.', 64);
    rows("1 KiB", 25, 2000, 20);
    size = LARGE;
    rows("256 MiB", 7, 1, 1);

    must(remove(name) == 0 && rmdir(folder) == 0, "removing bench-file");
    return 0;
}
