/* Finding the files: every regular file below a folder, links not followed. */
#define _XOPEN_SOURCE 700

#include "demo.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* The demo stays within seconds, whatever folder it is pointed at. */
enum { MOST_FILES = 100000 };
static const int64_t MOST_BYTES = INT64_C(512) << 20;

static bool is_passed_by(const char *name) {
    return strcmp(name, "target") == 0 || strcmp(name, ".git") == 0;
}

static void add_file(Walk *walk, const char *path, int64_t size) {
    if (rt_array_len(walk->files) >= MOST_FILES || walk->bytes + size > MOST_BYTES) {
        walk->cut_short = true;
        return;
    }
    const RuntimeValue file = rt_tuple_new(FILE_FIELDS);
    rt_tuple_set(file, FILE_PATH, string_from(path));
    rt_tuple_set(file, FILE_SIZE, rt_inline_int(size));
    rt_tuple_set(file, FILE_SHA256, RT_NIL);
    rt_tuple_set(file, FILE_XXH3, RT_NIL);
    rt_array_push(walk->files, file);
    walk->bytes += size;
}

/* Sorts one entry of a folder: into the files, onto the stack of folders, or neither. */
static void add_entry(Walk *walk, RuntimeValue folders, const char *folder, const char *name) {
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    struct stat status;
    if (length < 0 || (size_t)length >= sizeof path || lstat(path, &status) != 0) {
        walk->refused += 1;
    } else if (S_ISREG(status.st_mode)) {
        add_file(walk, path, (int64_t)status.st_size);
    } else if (S_ISDIR(status.st_mode) && !is_passed_by(name)) {
        rt_array_push(folders, string_from(path));
    } else {
        walk->passed_by += 1;
    }
}

static void read_folder(Walk *walk, RuntimeValue folders, const char *folder) {
    DIR *open = opendir(folder);
    if (open == NULL) {
        walk->refused += 1;
        return;
    }
    walk->folders += 1;
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            add_entry(walk, folders, folder, entry->d_name);
        }
    }
    closedir(open);
}

Walk walk(const char *root) {
    Walk found = {.files = rt_array_new(0)};
    const RuntimeValue folders = rt_array_new(0); /* still to be read */
    rt_array_push(folders, string_from(root));
    while (rt_array_len(folders) > 0 && !found.cut_short) {
        const RuntimeValue folder = rt_array_pop(folders);
        char path[4096];
        snprintf(path, sizeof path, "%.*s", print_length(folder), print_text(folder));
        rt_string_free(folder);
        read_folder(&found, folders, path);
        char note[64];
        snprintf(note, sizeof note, "%lld files", (long long)rt_array_len(found.files));
        show_progress("walking", 0.0, note);
    }
    rt_value_free_deep(folders);
    end_progress();
    return found;
}
