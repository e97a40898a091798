/* Tests of the functions of runtime-file for paths, directories, walks and patterns. */
#define _XOPEN_SOURCE 700 /* symlink, chdir */

#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define TEXT(text) (const uint8_t *)(text), (uint64_t)strlen(text)

/* The word is a string with these characters; it is freed. */
static void expect(RuntimeValue word, const char *text) {
    CHECK_STR(word, text);
    rt_string_free(word);
}

/* The word is an array of these strings, up to a NULL, in this order; all of it is freed. */
static void expect_all(RuntimeValue array, const char *const *texts) {
    int64_t count = 0;
    for (; texts[count] != NULL; count++) {
        CHECK_STR(rt_array_get(array, count), texts[count]);
    }
    CHECK_INT(rt_array_len(array), count);
    CHECK(rt_value_free_deep(array) > 0);
}

#define EXPECT_ALL(array, ...) expect_all((array), (const char *const[]){__VA_ARGS__, NULL})

static void make_file(const char *path) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    if (file != NULL) {
        fclose(file);
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void parts_of_paths(void) {
    expect(rt_path_basename(TEXT("/path/to/file.txt")), "file.txt");
    expect(rt_path_basename(TEXT("/path/to/")), "to");
    expect(rt_path_basename(TEXT("a/.")), "a");
    expect(rt_path_basename(TEXT("a/..")), "");
    expect(rt_path_basename(TEXT("/")), "");
    expect(rt_path_basename(TEXT(".")), "");
    expect(rt_path_basename(NULL, 0), "");
    expect(rt_path_dirname(TEXT("/path/to/file.txt")), "/path/to");
    expect(rt_path_dirname(TEXT("file.txt")), "");
    expect(rt_path_dirname(TEXT("/")), "");
    expect(rt_path_dirname(TEXT("./x")), ".");
    expect(rt_path_ext(TEXT("file.txt")), "txt");
    expect(rt_path_ext(TEXT("README")), "");
    expect(rt_path_ext(TEXT(".gitignore")), "");
    expect(rt_path_ext(TEXT("a.")), "");
    expect(rt_path_ext(TEXT("archive.tar.gz")), "gz");
    expect(rt_path_stem(TEXT("archive.tar.gz")), "archive.tar");
    expect(rt_path_with_ext(TEXT("a/b.txt"), TEXT("md")), "a/b.md");
    expect(rt_path_with_ext(TEXT("a/b.txt"), NULL, 0), "a/b");
    expect(rt_path_separator(), "/");
    EXPECT_ALL(rt_path_components(TEXT("/usr//lib/./x/")), "/", "usr", "lib", "x");
    CHECK(rt_path_is_absolute(TEXT("/a")));
    CHECK(!rt_path_is_absolute(TEXT("a")));
    CHECK_NO_ERROR();
}

static void whole_paths(void) {
    expect(rt_path_join(TEXT("a"), TEXT("b")), "a/b");
    expect(rt_path_join(TEXT("a/"), TEXT("b")), "a/b");
    expect(rt_path_join(TEXT("a"), TEXT("/b")), "/b");
    expect(rt_path_join(TEXT("a"), NULL, 0), "a");
    const RuntimeValue parts = rt_path_components(TEXT("/a/b/c"));
    expect(rt_path_join_all(parts), "/a/b/c");
    rt_value_free_deep(parts);
    expect(rt_path_normalize(TEXT("a/./b//../c/")), "a/c");
    expect(rt_path_normalize(TEXT("/../x")), "/x");
    expect(rt_path_normalize(NULL, 0), ".");
    expect(rt_path_absolute(TEXT("/a/../b")), "/b");
    expect(rt_path_relative(TEXT("/a/b/c"), TEXT("/a/d")), "../b/c");
    expect(rt_path_relative(TEXT("x/y"), TEXT("x")), "y");
    /* Bytes that are no text stay as they are. */
    const RuntimeValue odd = rt_path_basename((const uint8_t *)"/\xff\xfe", 3);
    CHECK_BYTES(odd, "\xff\xfe", 2);
    rt_string_free(odd);
    CHECK_NO_ERROR();
}

static void bad_paths(void) {
    CHECK_NIL(rt_path_basename(NULL, 3));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_path_basename");
    CHECK_NIL(rt_path_absolute(NULL, 0));
    CHECK_LAST_ERROR(RT_ERROR_PATH, "rt_path_absolute");
    CHECK_NIL(rt_path_absolute((const uint8_t *)"a\0b", 3));
    CHECK_LAST_ERROR(RT_ERROR_PATH, "rt_path_absolute");
    CHECK_NIL(rt_path_with_ext(TEXT("/"), TEXT("x")));
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_path_with_ext");
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_NIL(rt_path_join_all(harness_forged_words[i]));
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    }
    CHECK_NIL(rt_file_canonicalize(TEXT("no/such/file")));
    CHECK_INT(rt_last_error_errno(), ENOENT);
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_file_canonicalize");
}

/* ---- directories, in one that is current ------------------------------------------------------ */

static void making_and_listing(void) {
    CHECK(rt_dir_create(TEXT("new_dir"), false));
    CHECK(!rt_dir_create(TEXT("new_dir"), false));
    CHECK_INT(rt_last_error_errno(), EEXIST);
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_dir_create");
    CHECK(rt_dir_create(TEXT("a/b/c"), true));
    CHECK(rt_dir_create_all(TEXT("a/b/c")));
    CHECK(rt_dir_exists(TEXT("a/b")));
    CHECK(!rt_dir_exists(TEXT("missing")));
    CHECK_NO_ERROR();
    make_file("test1.txt");
    make_file("test2.txt");
    make_file("other.md");
    make_file("a/b/test3.txt");
    make_file(".hidden.txt");
    EXPECT_ALL(rt_dir_list_sorted(TEXT(".")), ".hidden.txt", "a", "new_dir", "other.md", "test1.txt",
               "test2.txt");
    const RuntimeValue listed = rt_dir_list(TEXT("."));
    CHECK_INT(rt_array_len(listed), 6);
    rt_value_free_deep(listed);
    CHECK_NIL(rt_dir_list(TEXT("other.md")));
    CHECK_INT(rt_last_error_errno(), ENOTDIR);
    CHECK_ERROR(RT_ERROR_SYSTEM);
}

static void walking(void) {
    CHECK_INT(symlink("..", "a/up"), 0);
    EXPECT_ALL(rt_dir_walk(TEXT("a")), "a/b", "a/b/c", "a/b/test3.txt", "a/up");
    EXPECT_ALL(rt_dir_walk_with(TEXT("a/"), 1, RT_WALK_SORTED), "a/b", "a/up");
    EXPECT_ALL(rt_dir_walk_with(TEXT("a"), -1, RT_WALK_FILES), "a/b/test3.txt");
    /* The link leads back to a directory that the way goes through, but for `..` of the start. */
    const RuntimeValue followed = rt_dir_walk_with(TEXT("a"), -1, RT_WALK_FOLLOW_LINKS);
    CHECK_INT(rt_array_len(followed), 10);
    rt_value_free_deep(followed);
    CHECK_NO_ERROR();
    CHECK_NIL(rt_dir_walk_with(TEXT("a"), -2, 0));
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_dir_walk_with");
    CHECK_NIL(rt_dir_walk_with(TEXT("a"), -1, RT_WALK_FILES | RT_WALK_DIRECTORIES));
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_NIL(rt_dir_walk(TEXT("missing")));
    CHECK_ERROR(RT_ERROR_SYSTEM);
}

static void patterns(void) {
    EXPECT_ALL(rt_file_find(TEXT("."), TEXT("*.txt"), false), "./test1.txt", "./test2.txt");
    EXPECT_ALL(rt_file_find(TEXT("."), TEXT("test[!1].{txt,md}"), false), "./test2.txt");
    EXPECT_ALL(rt_file_find(TEXT("a"), TEXT("test?.*"), true), "a/b/test3.txt", "a/up/test1.txt",
               "a/up/test2.txt");
    EXPECT_ALL(rt_dir_glob(TEXT("."), TEXT("**/b/*")), "./a/b/c", "./a/b/test3.txt");
    EXPECT_ALL(rt_dir_glob(TEXT("a"), TEXT("*/")), "a/b/", "a/up/");
    EXPECT_ALL(rt_dir_glob(TEXT("."), TEXT(".h*")), "./.hidden.txt");
    const RuntimeValue nothing = rt_dir_glob(TEXT("."), TEXT("x*"));
    CHECK_INT(rt_array_len(nothing), 0);
    rt_value_free(nothing);
    expect(rt_glob_escape(TEXT("a[1]*")), "a[[]1][*]");
    CHECK(rt_glob_matches(TEXT("*.t?t"), TEXT("a.txt")));
    CHECK(!rt_glob_matches(TEXT("[^a]"), TEXT("a")));
    CHECK_NO_ERROR();
    CHECK_NIL(rt_dir_glob(TEXT("."), TEXT("a[b")));
    CHECK_LAST_ERROR(RT_ERROR_GLOB_PATTERN, "rt_dir_glob");
    CHECK_NIL(rt_file_find(TEXT("."), TEXT("a/b"), true));
    CHECK_LAST_ERROR(RT_ERROR_GLOB_PATTERN, "rt_file_find");
    CHECK(!rt_glob_matches(TEXT("{a"), TEXT("a")));
    CHECK_LAST_ERROR(RT_ERROR_GLOB_PATTERN, "rt_glob_matches");
    CHECK_NIL(rt_file_find(TEXT("missing"), TEXT("*"), true));
    CHECK_INT(rt_last_error_errno(), ENOENT);
    CHECK_ERROR(RT_ERROR_SYSTEM);
}

static void removing(const char *place) {
    CHECK_INT(symlink("a", "link"), 0);
    const char *const kept[] = {"link", "link/", "a"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        CHECK(!rt_dir_remove(TEXT(kept[i]), false));
        CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_dir_remove");
    }
    CHECK(!rt_dir_remove(TEXT("link"), true));
    CHECK_INT(rt_last_error_errno(), ENOTDIR);
    CHECK_ERROR(RT_ERROR_SYSTEM);
    const char *const protected[] = {"/", ".", "..", "a/..", "a/.", "/etc", place};
    for (size_t i = 0; i < sizeof protected / sizeof *protected; i++) {
        CHECK(!rt_dir_remove_all(TEXT(protected[i])));
        CHECK_LAST_ERROR(RT_ERROR_PROTECTED, "rt_dir_remove_all");
    }
    CHECK(rt_dir_remove(TEXT("new_dir"), false));
    CHECK(rt_dir_remove(TEXT("a"), true));
    CHECK(!rt_dir_exists(TEXT("a")));
    CHECK(access("test1.txt", F_OK) == 0);
    CHECK(!rt_dir_remove_all(TEXT("a")));
    CHECK_INT(rt_last_error_errno(), ENOENT);
    CHECK_ERROR(RT_ERROR_SYSTEM);
}

static void temporary_names(void) {
    const RuntimeValue made = rt_dir_create_temp(TEXT("."), TEXT("work-"));
    CHECK(rt_dir_exists(rt_string_data(made), (uint64_t)rt_string_len(made)));
    const RuntimeValue file =
        rt_file_create_temp(rt_string_data(made), (uint64_t)rt_string_len(made), NULL, 0);
    CHECK(rt_string_len(file) > rt_string_len(made));
    CHECK(rt_dir_remove_all(rt_string_data(made), (uint64_t)rt_string_len(made)));
    rt_string_free(file);
    rt_string_free(made);
    CHECK_NO_ERROR();
    CHECK_NIL(rt_dir_create_temp(TEXT("."), TEXT("../x")));
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_dir_create_temp");
}

int main(void) {
    parts_of_paths();
    whole_paths();
    bad_paths();
    const RuntimeValue place = rt_dir_create_temp(NULL, 0, TEXT("test_path-"));
    char path[4096];
    snprintf(path, sizeof path, "%.*s", (int)rt_string_len(place), (const char *)rt_string_data(place));
    rt_string_free(place);
    if (chdir(path) == 0) {
        making_and_listing();
        walking();
        patterns();
        removing(path);
        temporary_names();
    } else {
        CHECK(false);
    }
    CHECK_INT(chdir("/"), 0);
    CHECK(rt_dir_remove_all(TEXT(path)));
    CHECK_NO_ERROR();
    return harness_report("path");
}
