/* Walking a tree of 100,000 files, and finding files in it by a pattern, beside find, nftw and
 * Python's os.walk and glob.
 *
 *     cargo xtask bench-c walk
 *
 * The tree has 1,000 directories of 100 files each, three levels deep, and is in the cache. All take
 * turns. The best turn and the median, in milliseconds, and the ratio to the first of the block:
 * above 1 is slower than it. Python is started once; find is started each time and writes to
 * /dev/null. The values that are made are freed between the turns, but for the row that says so. */
#define _XOPEN_SOURCE 700
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "simple_runtime.h"

#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TURNS = 15, MOST_RIVALS = 8, WIDTH = 10, FILES = 100 };
enum { DIRECTORIES = WIDTH + WIDTH * WIDTH + WIDTH * WIDTH * WIDTH };
enum { ALL_FILES = WIDTH * WIDTH * WIDTH * FILES, EVERYTHING = ALL_FILES + DIRECTORIES };

extern char **environ;

static char tree[4096];

static const uint8_t *tree_ptr(void) { return (const uint8_t *)tree; }
static uint64_t tree_len(void) { return (uint64_t)strlen(tree); }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

static void must(int condition, const char *what) {
    if (!condition) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

static void make_tree(void) {
    char path[8192];
    for (int leaf = 0; leaf < WIDTH * WIDTH * WIDTH; leaf++) {
        const int length = snprintf(path, sizeof path, "%s/directory%d/inner%d/leaf%d", tree,
                                    leaf / 100, leaf / 10 % 10, leaf % 10);
        must(rt_dir_create_all((const uint8_t *)path, (uint64_t)length), "rt_dir_create_all");
        for (int file = 0; file < FILES; file++) {
            snprintf(path + length, sizeof path - (size_t)length, "/file%d.%s", file,
                     file % 4 == 0 ? "md" : "txt");
            const int made = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
            must(made >= 0 && close(made) == 0, "making a file");
        }
    }
}

/* ---- walking --------------------------------------------------------------------------------- */

/* What the present turn has made. */
static RuntimeValue made = RT_NIL;

static void free_made(void) {
    if (made != RT_NIL) {
        rt_value_free_deep(made);
        made = RT_NIL;
    }
}

static int count(RuntimeValue paths) {
    made = paths;
    return (int)rt_array_len(paths);
}

static int walk_sorted(void) { return count(rt_dir_walk(tree_ptr(), tree_len())); }

static int walk_unsorted(void) { return count(rt_dir_walk_with(tree_ptr(), tree_len(), -1, 0)); }

static int walk_and_free(void) {
    const int met = walk_sorted();
    free_made();
    return met;
}

static int met_by_nftw;

static int meet(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)path, (void)status, (void)kind, (void)place;
    met_by_nftw++;
    return 0;
}

static int walk_nftw(void) {
    met_by_nftw = -1; /* the start is met, too */
    must(nftw(tree, meet, 32, FTW_PHYS) == 0, "nftw");
    return met_by_nftw;
}

static void run_find(char *const arguments[]) {
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    int status = -1;
    must(posix_spawn_file_actions_init(&actions) == 0, "file actions");
    must(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0, "/dev/null");
    must(posix_spawnp(&pid, "find", &actions, NULL, arguments, environ) == 0, "find");
    must(waitpid(pid, &status, 0) == pid && status == 0, "waiting for find");
    posix_spawn_file_actions_destroy(&actions);
}

static int walk_find(void) {
    run_find((char *[]){"find", tree, NULL});
    return EVERYTHING;
}

static const char python[] =
    "import glob, os\n"
    "def walk(tree):\n"
    "    return sum(len(directories) + len(files) for _, directories, files in os.walk(tree))\n"
    "def paths(tree):\n"
    "    return len([os.path.join(place, name) for place, directories, files in os.walk(tree)\n"
    "                for name in directories + files])\n"
    "def find(tree):\n"
    "    return len(glob.glob('**/*1.txt', root_dir=tree, recursive=True))\n";

static PyObject *functions;

static int call_python(const char *name) {
    PyObject *result = PyObject_CallFunction(PyDict_GetItemString(functions, name), "s", tree);
    must(result != NULL, name);
    const int met = (int)PyLong_AsLong(result);
    Py_DECREF(result);
    return met;
}

static int walk_python(void) { return call_python("walk"); }
static int paths_python(void) { return call_python("paths"); }

/* ---- finding --------------------------------------------------------------------------------- */

/* The files whose number ends in 1. */
enum { FOUND = ALL_FILES / 10 };
static const char pattern[] = "**/*1.txt";

static int find_ours(void) {
    return count(rt_dir_glob(tree_ptr(), tree_len(), (const uint8_t *)pattern,
                             (uint64_t)strlen(pattern)));
}

static int find_python(void) { return call_python("find"); }

static int find_find(void) {
    run_find((char *[]){"find", tree, "-name", "*1.txt", NULL});
    return FOUND;
}

/* ---- rows ------------------------------------------------------------------------------------ */

typedef struct {
    const char *name;
    int (*work)(void);
} Rival;

static int by_number(const void *left, const void *right) {
    const double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static void block(const char *title, int expected, const Rival *rivals, int rival_count) {
    static double taken[MOST_RIVALS][TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
        for (int rival = 0; rival < rival_count; rival++) {
            const double start = now();
            must(rivals[rival].work() == expected, rivals[rival].name);
            taken[rival][turn] = now() - start;
            free_made();
        }
    }
    printf("%s\n", title);
    for (int rival = 0; rival < rival_count; rival++) {
        qsort(taken[rival], TURNS, sizeof **taken, by_number);
        const double best = taken[rival][0], median = taken[rival][TURNS / 2];
        printf("  %-34s best %7.1f ms %5.2f   median %7.1f ms %5.2f\n", rivals[rival].name, best,
               best / taken[0][0], median, median / taken[0][TURNS / 2]);
    }
    fflush(stdout);
}

int main(void) {
    Py_Initialize();
    functions = PyDict_New();
    must(PyRun_String(python, Py_file_input, functions, functions) != NULL, "the Python functions");
    const RuntimeValue place = rt_dir_create_temp(NULL, 0, (const uint8_t *)"bench-walk-", 11);
    must(place != RT_NIL, "rt_dir_create_temp");
    snprintf(tree, sizeof tree, "%.*s", (int)rt_string_len(place), (const char *)rt_string_data(place));
    make_tree();

    static const Rival walks[] = {
        {"find", walk_find},
        {"rt_dir_walk (sorted)", walk_sorted},
        {"rt_dir_walk_with (unsorted)", walk_unsorted},
        {"rt_dir_walk and rt_value_free_deep", walk_and_free},
        {"nftw", walk_nftw},
        {"Python's os.walk, names counted", walk_python},
        {"Python's os.walk, paths joined", paths_python},
    };
    block("walking 100,000 files", EVERYTHING, walks, sizeof walks / sizeof *walks);
    static const Rival finds[] = {
        {"find -name '*1.txt'", find_find},
        {"rt_dir_glob **/*1.txt", find_ours},
        {"Python's glob, recursive", find_python},
    };
    block("finding 10,000 of them", FOUND, finds, sizeof finds / sizeof *finds);

    const double start = now();
    must(rt_dir_remove_all(tree_ptr(), tree_len()), "rt_dir_remove_all");
    printf("rt_dir_remove_all of the tree: %.0f ms\n", now() - start);
    return EXIT_SUCCESS;
}
