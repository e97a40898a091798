/* What the demo found: duplicates by hash, bytes by type of file. */
#include "demo.h"

#include <stdio.h>

enum { SHOWN_GROUPS = 5, SHOWN_PATHS = 3, SHOWN_TYPES = 8 };

/* A dict from a key to the array of the files that have it. */
static void add_to_group(RuntimeValue groups, RuntimeValue key, RuntimeValue file) {
    RuntimeValue group = rt_dict_get(groups, key);
    if (group == RT_NIL) {
        group = rt_array_new(1);
        rt_dict_set(groups, key, group);
    }
    rt_array_push(group, file);
}

static int64_t size_of(RuntimeValue file) {
    return rt_inline_as_int(rt_tuple_get(file, FILE_SIZE));
}

static int64_t size_of_all(RuntimeValue group) {
    int64_t sum = 0;
    for (int64_t i = 0; i < rt_array_len(group); i++) {
        sum += size_of(rt_array_get(group, i));
    }
    return sum;
}

/* The characters after the last dot of the file's own name, or "(none)". */
static RuntimeValue type_of(RuntimeValue file) {
    const RuntimeValue path = rt_tuple_get(file, FILE_PATH);
    const char *text = print_text(path);
    for (int at = print_length(path) - 1; at > 0 && text[at] != '/'; at--) {
        if (text[at] == '.' && text[at - 1] != '/') {
            return rt_string_new((const uint8_t *)text + at, (uint64_t)(print_length(path) - at));
        }
    }
    return string_from("(none)");
}

/* An array of (weight, key, group) tuples of those groups that weigh something, heaviest first.
 * The order is the runtime's own order of tuples. */
static RuntimeValue ranked(RuntimeValue groups, int64_t (*weight)(RuntimeValue group)) {
    const RuntimeValue ranking = rt_array_new(0);
    const RuntimeValue keys = rt_dict_keys(groups);
    for (int64_t i = 0; i < rt_array_len(keys); i++) {
        const RuntimeValue key = rt_array_get(keys, i);
        const RuntimeValue group = rt_dict_get(groups, key);
        const int64_t heavy = weight(group);
        if (heavy > 0) {
            const RuntimeValue place = rt_tuple_new(3);
            rt_tuple_set(place, 0, rt_inline_int(heavy));
            rt_tuple_set(place, 1, key);
            rt_tuple_set(place, 2, group);
            rt_array_push(ranking, place);
        }
    }
    rt_array_free(keys);
    rt_array_sort_desc(ranking);
    return ranking;
}

/* Frees a ranking and its tuples, but not the groups, which belong to their dict. */
static void free_ranking(RuntimeValue ranking) {
    while (rt_array_len(ranking) > 0) {
        rt_tuple_free(rt_array_pop(ranking));
    }
    rt_array_free(ranking);
}

/* What would be saved if each content were kept once. */
static int64_t wasted(RuntimeValue group) {
    return (rt_array_len(group) - 1) * size_of(rt_array_get(group, 0));
}

static void show_duplicates(RuntimeValue by_hash) {
    const RuntimeValue ranking = ranked(by_hash, wasted);
    char size[32];
    int64_t all = 0;
    for (int64_t i = 0; i < rt_array_len(ranking); i++) {
        all += rt_inline_as_int(rt_tuple_get(rt_array_get(ranking, i), 0));
    }
    printf("\n  %lld contents are there more than once; keeping each once would save %s\n",
           (long long)rt_array_len(ranking), human_bytes((double)all, size));
    for (int64_t i = 0; i < rt_array_len(ranking) && i < SHOWN_GROUPS; i++) {
        const RuntimeValue place = rt_array_get(ranking, i);
        const RuntimeValue sha256 = rt_tuple_get(place, 1);
        const RuntimeValue group = rt_tuple_get(place, 2);
        const int64_t copies = rt_array_len(group);
        human_bytes((double)size_of(rt_array_get(group, 0)), size);
        printf("  %.12s  %lld x %s\n", print_text(sha256), (long long)copies, size);
        for (int64_t n = 0; n < copies && n < SHOWN_PATHS; n++) {
            const RuntimeValue path = rt_tuple_get(rt_array_get(group, n), FILE_PATH);
            printf("      %.*s\n", print_length(path), print_text(path));
        }
        if (copies > SHOWN_PATHS) {
            printf("      and %lld more\n", (long long)(copies - SHOWN_PATHS));
        }
    }
    free_ranking(ranking);
}

static void show_types(RuntimeValue by_type, int64_t bytes) {
    const RuntimeValue ranking = ranked(by_type, size_of_all);
    printf("\n");
    for (int64_t i = 0; i < rt_array_len(ranking) && i < SHOWN_TYPES; i++) {
        const RuntimeValue place = rt_array_get(ranking, i);
        const RuntimeValue type = rt_tuple_get(place, 1);
        const double size = (double)rt_inline_as_int(rt_tuple_get(place, 0));
        char cells[64], text[32];
        printf("  %-12.*s %s %10s in %lld files\n", print_length(type), print_text(type),
               bar(bytes > 0 ? size / (double)bytes : 0.0, cells), human_bytes(size, text),
               (long long)rt_array_len(rt_tuple_get(place, 2)));
    }
    free_ranking(ranking);
}

/* Two files with one XXH3 and two SHA-256 would be a collision. None is known. */
static int64_t collisions(RuntimeValue by_xxh3) {
    int64_t found = 0;
    const RuntimeValue groups = rt_dict_values(by_xxh3);
    for (int64_t i = 0; i < rt_array_len(groups); i++) {
        const RuntimeValue group = rt_array_get(groups, i);
        const RuntimeValue first = rt_tuple_get(rt_array_get(group, 0), FILE_SHA256);
        for (int64_t n = 1; n < rt_array_len(group); n++) {
            const RuntimeValue other = rt_tuple_get(rt_array_get(group, n), FILE_SHA256);
            found += rt_value_eq(first, other) ? 0 : 1;
        }
    }
    rt_array_free(groups);
    return found;
}

static void show_throughput(const Digest *digest) {
    const double bytes = (double)digest->bytes;
    char whole[32], sha256[32], xxh3[32];
    human_bytes(digest->seconds > 0.0 ? bytes / digest->seconds : 0.0, whole);
    human_bytes(digest->sha256_seconds > 0.0 ? bytes / digest->sha256_seconds : 0.0, sha256);
    human_bytes(digest->xxh3_seconds > 0.0 ? bytes / digest->xxh3_seconds : 0.0, xxh3);
    printf("  hashed at %s/s on %lld threads (on one, SHA-256 alone %s/s, XXH3 alone %s/s)\n", whole,
           (long long)digest->threads, sha256, xxh3);
}

/* Frees a dict and its groups and keys, but not the files in them. */
static void free_groups(RuntimeValue groups, bool with_keys) {
    const RuntimeValue keys = rt_dict_keys(groups);
    for (int64_t i = 0; i < rt_array_len(keys); i++) {
        const RuntimeValue key = rt_array_get(keys, i);
        rt_array_free(rt_dict_get(groups, key));
        if (with_keys) {
            rt_string_free(key);
        }
    }
    rt_array_free(keys);
    rt_dict_free(groups);
}

void report(const Walk *walk, const Digest *digest) {
    const RuntimeValue by_sha256 = rt_dict_new(0);
    const RuntimeValue by_xxh3 = rt_dict_new(0);
    const RuntimeValue by_type = rt_dict_new(0);
    for (int64_t i = 0; i < rt_array_len(walk->files); i++) {
        const RuntimeValue file = rt_array_get(walk->files, i);
        const RuntimeValue sha256 = rt_tuple_get(file, FILE_SHA256);
        if (sha256 == RT_NIL) {
            continue;
        }
        add_to_group(by_sha256, sha256, file);
        add_to_group(by_xxh3, rt_tuple_get(file, FILE_XXH3), file);
        const RuntimeValue type = type_of(file);
        const bool is_new = !rt_dict_contains(by_type, type);
        add_to_group(by_type, type, file);
        if (!is_new) {
            rt_string_free(type); /* the dict has an equal one already */
        }
    }
    show_throughput(digest);
    printf("  %lld different contents; XXH3 and SHA-256 agree but for %lld collisions\n",
           (long long)rt_dict_len(by_sha256), (long long)collisions(by_xxh3));
    show_types(by_type, digest->bytes);
    show_duplicates(by_sha256);
    free_groups(by_sha256, false);
    free_groups(by_xxh3, false);
    free_groups(by_type, true);
}
