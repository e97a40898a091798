/* Finding the files: every regular file below a folder, links not followed. */
#include "demo.h"

#include <stdio.h>

/* The demo stays within seconds, whatever folder it is pointed at. */
enum { MOST_FILES = 100000 };
static const int64_t MOST_BYTES = INT64_C(512) << 20;

/* Whether a folder on the way from the root to the file is one of those that are passed by. */
static bool is_passed_by(RuntimeValue path, int from) {
    const char *text = print_text(path);
    const int length = print_length(path);
    for (int start = from, at = from; at < length; at++) {
        if (text[at] != '/') {
            continue;
        }
        const int name = at - start;
        if ((name == 6 && strncmp(text + start, "target", 6) == 0) ||
            (name == 4 && strncmp(text + start, ".git", 4) == 0)) {
            return true;
        }
        start = at + 1;
    }
    return false;
}

/* Takes the path over: into a file's tuple, or back to the heap. */
static void add_file(Walk *walk, RuntimeValue path, int below) {
    if (is_passed_by(path, below)) {
        walk->passed_by += 1;
        rt_string_free(path);
        return;
    }
    const int64_t size = rt_file_size((const uint8_t *)print_text(path), (uint64_t)print_length(path));
    const bool too_much = rt_array_len(walk->files) >= MOST_FILES || walk->bytes + size > MOST_BYTES;
    if (size < 0 || too_much) {
        walk->refused += size < 0;
        walk->cut_short = walk->cut_short || too_much;
        rt_string_free(path);
        return;
    }
    const RuntimeValue file = rt_tuple_new(FILE_FIELDS);
    rt_tuple_set(file, FILE_PATH, path);
    rt_tuple_set(file, FILE_SIZE, rt_inline_int(size));
    rt_tuple_set(file, FILE_SHA256, RT_NIL);
    rt_tuple_set(file, FILE_XXH3, RT_NIL);
    rt_array_push(walk->files, file);
    walk->bytes += size;
}

Walk walk(const char *root) {
    Walk found = {.files = rt_array_new(0)};
    const uint64_t length = (uint64_t)strlen(root);
    show_progress("walking", 0.0, root);
    const RuntimeValue paths =
        rt_dir_walk_with((const uint8_t *)root, length, -1,
                         RT_WALK_FILES | RT_WALK_SORTED | RT_WALK_SKIP_UNREADABLE);
    const int64_t count = rt_array_len(paths);
    for (int64_t i = 0; i < count; i++) {
        add_file(&found, rt_array_get(paths, i), (int)length);
    }
    rt_array_free(paths);
    end_progress();
    return found;
}
