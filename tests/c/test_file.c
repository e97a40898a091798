/* Tests of the functions of runtime-file on files, descriptors and memory maps, as C sees them. Paths
 * and directories have a program of their own. */
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE, MADV_REMOVE */

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A text as the two arguments that the functions take. */
#define P(text) (const uint8_t *)(text), (uint64_t)strlen(text)

/* The word is a string with these characters; it is freed. */
static void expect(RuntimeValue word, const char *text) {
    CHECK_STR(word, text);
    rt_value_free(word);
}

/* The last call of `function` was refused by the system with this number. */
static void refused(int number, const char *function) {
    CHECK_INT(rt_last_error_errno(), number);
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, function);
}

/* The content of a file, read without the runtime. */
static void expect_file(const char *path, const char *content) {
    char buffer[4096] = {0};
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    if (file != NULL) {
        const size_t length = fread(buffer, 1, sizeof buffer - 1, file);
        buffer[length] = 0;
        fclose(file);
        CHECK_CSTR(buffer, content);
    }
}

/* ---- whole files ----------------------------------------------------------------------------- */

static void texts_come_back(void) {
    CHECK(rt_file_write_text(P("greeting"), P("Hello, World!")));
    expect(rt_file_read_text(P("greeting")), "Hello, World!");
    CHECK(rt_file_append_text(P("greeting"), P("\r\nagain\n")));
    expect(rt_file_read_text(P("greeting")), "Hello, World!\r\nagain\n");
    expect(rt_file_mmap_read_text(P("greeting")), "Hello, World!\r\nagain\n");
    RuntimeValue lines = rt_file_read_lines(P("greeting"));
    CHECK_INT(rt_array_len(lines), 2);
    CHECK_STR(rt_array_get(lines, 0), "Hello, World!");
    CHECK_STR(rt_array_get(lines, 1), "again");
    CHECK(rt_file_write_lines(P("greeting"), lines));
    expect_file("greeting", "Hello, World!\nagain\n");
    rt_value_free_deep(lines);
    CHECK(rt_file_write_text(P("greeting"), NULL, 0));
    expect_file("greeting", "");
    expect(rt_file_read_text(P("greeting")), "");
    CHECK_NO_ERROR();
}

static void bytes_come_back(void) {
    static const uint8_t odd[] = {0xff, 0, '\r', '\n', 0x80};
    CHECK(rt_file_write_bytes(P("bytes"), odd, sizeof odd));
    CHECK(rt_file_append_bytes(P("bytes"), odd, 1));
    RuntimeValue read = rt_file_read_bytes(P("bytes"));
    CHECK_BYTES(read, "\xff\0\r\n\x80\xff", 6);
    rt_value_free(read);
    read = rt_file_mmap_read_bytes(P("bytes"));
    CHECK_BYTES(read, "\xff\0\r\n\x80\xff", 6);
    rt_value_free(read);
    CHECK_INT(rt_file_size(P("bytes")), 6);
    CHECK_NO_ERROR();

    CHECK_NIL(rt_file_read_text(P("bytes")));
    CHECK_LAST_ERROR(RT_ERROR_NOT_UTF8, "rt_file_read_text");
    CHECK(!rt_file_write_text(P("bytes"), odd, sizeof odd));
    CHECK_LAST_ERROR(RT_ERROR_NOT_UTF8, "rt_file_write_text");
    CHECK_INT(rt_file_size(P("bytes")), 6);
    /* A null pointer never empties a file. */
    CHECK(!rt_file_write_bytes(P("bytes"), NULL, 4));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_file_write_bytes");
    CHECK_INT(rt_file_size(P("bytes")), 6);
}

static void bad_names_are_errors(void) {
    CHECK_NIL(rt_file_read_text(P("missing")));
    CHECK_INT(rt_last_error_errno(), ENOENT);
    RuntimeValue message = rt_last_error_message();
    expect(message, "rt_file_read_text: path \"missing\": No such file or directory (os error 2)");
    refused(ENOENT, "rt_file_read_text");
    CHECK_NIL(rt_file_read_text(P(".")));
    refused(EISDIR, "rt_file_read_text");
    CHECK_NIL(rt_file_read_text(NULL, 0));
    CHECK_LAST_ERROR(RT_ERROR_PATH, "rt_file_read_text");
    CHECK_NIL(rt_file_read_text(NULL, 7));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_file_read_text");
    CHECK_NIL(rt_file_read_text((const uint8_t *)"a\0b", 3));
    CHECK_LAST_ERROR(RT_ERROR_PATH, "rt_file_read_text");
    CHECK(!rt_file_write_text(P("bytes/below"), P("x")));
    refused(ENOTDIR, "rt_file_write_text");
    /* A name need not be text. */
    CHECK(rt_file_write_text(P("n\xff\n"), P("here")));
    expect(rt_file_read_text(P("n\xff\n")), "here");
    CHECK(rt_file_remove(P("n\xff\n")));
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK(!rt_file_write_lines(P("bytes"), harness_forged_words[i]));
        CHECK_ERROR(RT_ERROR_NOT_A_VALUE);
    }
    CHECK(!rt_file_write_lines(P("bytes"), rt_value_int(7)));
    CHECK_ERROR(RT_ERROR_WRONG_TYPE);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void facts(void) {
    bool exists = true, is_file = true, is_dir = true, readable = true, writable = true;
    int64_t size = -1;
    CHECK(rt_file_write_text(P("five"), P("12345")));
    CHECK_INT(rt_file_stat(P("five"), &exists, &is_file, &is_dir, &readable, &writable, &size), 1);
    CHECK(exists && is_file && !is_dir && readable && writable);
    CHECK_INT(size, 5);
    CHECK_INT(rt_file_stat(P("."), NULL, NULL, &is_dir, NULL, NULL, NULL), 1);
    CHECK(is_dir);
    CHECK_INT(rt_file_stat(P("missing"), &exists, &is_file, &is_dir, &readable, &writable, &size), 1);
    CHECK(!exists && !is_file && !is_dir && !readable && !writable);
    CHECK_INT(size, 0);
    CHECK(rt_file_exists(P("five")));
    CHECK(!rt_file_exists(P("missing")));
    CHECK_NO_ERROR();
    exists = true;
    CHECK_INT(rt_file_stat(NULL, 0, &exists, NULL, NULL, NULL, NULL, NULL), 0);
    CHECK(!exists);
    CHECK_LAST_ERROR(RT_ERROR_PATH, "rt_file_stat");
    CHECK(!rt_file_exists(NULL, 0));
    CHECK_LAST_ERROR(RT_ERROR_PATH, "rt_file_exists");
    CHECK_INT(rt_file_size(P("missing")), -1);
    refused(ENOENT, "rt_file_size");
}

static void permissions_and_times(void) {
    CHECK(rt_file_set_permissions(P("five"), 0640));
    CHECK_INT(rt_file_get_permissions(P("five")), 0640);
    /* They stay when the file is replaced. */
    CHECK(rt_file_write_text(P("five"), P("54321")));
    CHECK_INT(rt_file_get_permissions(P("five")), 0640);
    CHECK(rt_file_set_times(P("five"), 1000001, -1));
    CHECK_INT(rt_file_get_accessed(P("five")), 1000001);
    CHECK_INT(rt_file_get_modified(P("five")), -1);
    CHECK(rt_file_touch(P("five")));
    CHECK(rt_file_get_modified(P("five")) > 1000001);
    CHECK_NO_ERROR();
    CHECK(!rt_file_set_permissions(P("five"), 010000));
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_file_set_permissions");
    CHECK_INT(rt_file_get_permissions(P("missing")), -1);
    refused(ENOENT, "rt_file_get_permissions");
    CHECK_INT(rt_file_get_modified(P("missing")), INT64_MIN);
    refused(ENOENT, "rt_file_get_modified");
    CHECK_INT(rt_file_get_accessed(P("missing")), INT64_MIN);
    refused(ENOENT, "rt_file_get_accessed");
}

static void copies_and_moves(void) {
    CHECK(rt_file_copy(P("five"), P("five")));
    expect_file("five", "54321");
    CHECK(rt_file_copy(P("five"), P("copy")));
    CHECK(rt_file_rename(P("copy"), P("renamed")));
    CHECK(rt_file_move(P("renamed"), P("moved")));
    CHECK(!rt_file_exists(P("renamed")));
    expect_file("moved", "54321");
    CHECK(rt_file_truncate(P("moved"), 2));
    CHECK(rt_file_sync(P("moved")));
    expect_file("moved", "54");
    CHECK(rt_file_remove(P("moved")));
    CHECK_NO_ERROR();
    CHECK(!rt_file_remove(P("moved")));
    refused(ENOENT, "rt_file_remove");
    CHECK(!rt_file_remove(P(".")));
    refused(EISDIR, "rt_file_remove");
    CHECK(!rt_file_copy(P("."), P("copy")));
    CHECK_LAST_ERROR(RT_ERROR_NOT_REGULAR, "rt_file_copy");
    CHECK(!rt_file_rename(P("moved"), P("copy")));
    refused(ENOENT, "rt_file_rename");
    CHECK(!rt_file_move(P("moved"), P("copy")));
    refused(ENOENT, "rt_file_move");
    CHECK(!rt_file_truncate(P("five"), -1));
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_file_truncate");
}

static void links(void) {
    CHECK(rt_file_symlink(P("five"), P("soft")));
    CHECK(rt_file_hard_link(P("five"), P("hard")));
    CHECK(rt_file_is_symlink(P("soft")));
    CHECK(!rt_file_is_symlink(P("hard")));
    CHECK(rt_file_is_same(P("soft"), P("hard")));
    expect(rt_file_read_link(P("soft")), "five");
    CHECK(rt_file_copy(P("soft"), P("five")));
    expect_file("five", "54321");
    /* What is written to a link goes to the file; the other hard link keeps the old. */
    CHECK(rt_file_write_text(P("soft"), P("new")));
    CHECK(rt_file_is_symlink(P("soft")));
    expect_file("five", "new");
    expect_file("hard", "54321");
    CHECK(!rt_file_is_same(P("soft"), P("hard")));
    CHECK_NO_ERROR();
    CHECK(!rt_file_symlink(P("five"), P("soft")));
    refused(EEXIST, "rt_file_symlink");
    CHECK_NIL(rt_file_read_link(P("five")));
    refused(EINVAL, "rt_file_read_link");
    CHECK(rt_file_remove(P("soft")));
    CHECK(rt_file_remove(P("hard")));
}

/* ---- descriptors ----------------------------------------------------------------------------- */

static void descriptors(void) {
    for (int32_t mode = 0; mode < 3; mode++) {
        const int32_t fd = rt_file_open(P("five"), mode);
        CHECK(fd > 2);
        CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
        CHECK_UINT(rt_file_get_size(fd), 3);
        CHECK_INT(rt_file_close(fd), 1);
    }
    const int64_t fresh = RT_OPEN_READ | RT_OPEN_WRITE | RT_OPEN_CREATE | RT_OPEN_EXCLUSIVE;
    const int32_t fd = rt_file_open_with(P("fresh"), fresh, 0600);
    uint8_t buffer[8] = {0};
    CHECK_INT(rt_fd_write(fd, P("content")), 7);
    CHECK_INT(rt_fd_pwrite(fd, P("C"), 0), 1);
    CHECK_INT(rt_fd_seek(fd, -7, 1), 0);
    CHECK_INT(rt_fd_read(fd, buffer, 3), 3);
    CHECK(memcmp(buffer, "Con", 3) == 0);
    CHECK_INT(rt_fd_pread(fd, buffer, 8, 5), 2);
    CHECK(memcmp(buffer, "nt", 2) == 0);
    expect(rt_fd_read_string(fd, 100), "tent");
    expect(rt_fd_read_string(fd, 100), "");
    CHECK_INT(rt_fd_truncate(fd, 3), 1);
    CHECK_INT(rt_fd_sync(fd), 1);
    CHECK_UINT(rt_file_get_size(fd), 3);
    CHECK_NO_ERROR();
    CHECK_INT(rt_file_open_with(P("fresh"), fresh, 0600), -1);
    refused(EEXIST, "rt_file_open_with");
    CHECK_INT(rt_file_open_with(P("fresh"), RT_OPEN_TRUNCATE, 0600), -1);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_file_open_with");
    CHECK_INT(rt_file_open(P("fresh"), 3), -1);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_file_open");
    CHECK_INT(rt_fd_seek(fd, -1, 0), -1);
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_fd_seek");
    CHECK_INT(rt_fd_seek(fd, 0, 3), -1);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_fd_seek");

    /* Closed, the number is nobody's. */
    CHECK_INT(rt_file_close(fd), 1);
    const int32_t nobodys[] = {fd, -1, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof nobodys / sizeof nobodys[0]; i++) {
        CHECK_INT(rt_file_close(nobodys[i]), 0);
        CHECK_INT(rt_last_error_errno(), EBADF);
        CHECK_LAST_ERROR(RT_ERROR_DESCRIPTOR, "rt_file_close");
        CHECK_UINT(rt_file_get_size(nobodys[i]), 0);
        CHECK_LAST_ERROR(RT_ERROR_DESCRIPTOR, "rt_file_get_size");
        CHECK_INT(rt_fd_read(nobodys[i], buffer, 8), -1);
        CHECK_LAST_ERROR(RT_ERROR_DESCRIPTOR, "rt_fd_read");
        CHECK_INT(rt_fd_write(nobodys[i], buffer, 8), -1);
        CHECK_LAST_ERROR(RT_ERROR_DESCRIPTOR, "rt_fd_write");
        CHECK_INT(rt_fd_lock(nobodys[i], true), 0);
        CHECK_LAST_ERROR(RT_ERROR_DESCRIPTOR, "rt_fd_lock");
    }
    for (int32_t standard = 0; standard < 3; standard++) {
        CHECK_INT(rt_file_close(standard), 0);
        CHECK_LAST_ERROR(RT_ERROR_STANDARD_DESCRIPTOR, "rt_file_close");
    }
}

static void locks_hold_between_processes(void) {
    const int32_t fd = rt_file_open(P("fresh"), 1);
    CHECK_INT(rt_fd_lock(fd, true), 1);
    const pid_t child = fork();
    if (child == 0) {
        const int32_t other = rt_file_open(P("fresh"), 1);
        /* Busy is no failure. */
        const bool is_busy = rt_fd_try_lock(other, false) == 0 && rt_last_error_code() == 0;
        _exit(is_busy ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
    CHECK_INT(rt_fd_unlock(fd), 1);
    CHECK_INT(rt_fd_try_lock(fd, false), 1);
    CHECK_INT(rt_file_close(fd), 1);
    CHECK_NO_ERROR();
}

static void a_closed_pipe_is_an_error(void) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    CHECK_INT(rt_fd_write(ends[1], P("into the void")), -1);
    refused(EPIPE, "rt_fd_write");
    CHECK_INT(rt_file_close(ends[1]), 1);
}

/* ---- maps ------------------------------------------------------------------------------------ */

static void maps(void) {
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    CHECK(rt_file_write_text(P("mapped"), P("Hello, World")));
    CHECK(rt_file_truncate(P("mapped"), (int64_t)(3 * page)));
    const int32_t fd = rt_file_open(P("mapped"), 1);
    const int all = PROT_READ | PROT_WRITE;
    uint8_t *map = rt_file_mmap(NULL, 3 * page, all, MAP_SHARED, fd, 0);
    CHECK(map != NULL);
    CHECK(memcmp(map, "Hello, World", 12) == 0);
    map[0] = 'J';
    CHECK_INT(rt_file_msync(map, page, MS_SYNC), 0);
    CHECK_INT(rt_file_madvise(map, 3 * page, MADV_SEQUENTIAL), 0);
    expect(rt_file_mmap_read(map + 7, 5), "World");
    CHECK_NO_ERROR();

    CHECK_INT(rt_file_madvise(map, 3 * page, MADV_REMOVE), -1);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_file_madvise");
    CHECK_INT(rt_file_msync(map, page, MS_SYNC | MS_ASYNC), -1);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_file_msync");
    CHECK_INT(rt_file_munmap(map + 1, page), -1);
    CHECK_LAST_ERROR(RT_ERROR_MISALIGNED, "rt_file_munmap");
    CHECK_INT(rt_file_munmap(map, 0), -1);
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_file_munmap");
    CHECK_INT(rt_file_munmap(map, 4 * page), -1);
    CHECK_LAST_ERROR(RT_ERROR_NOT_MAPPED, "rt_file_munmap");
    CHECK_INT(rt_file_munmap(NULL, page), -1);
    CHECK_LAST_ERROR(RT_ERROR_NOT_MAPPED, "rt_file_munmap");
    CHECK_NIL(rt_file_mmap_read(map, UINT64_MAX));
    CHECK_LAST_ERROR(RT_ERROR_NOT_MAPPED, "rt_file_mmap_read");

    /* The middle goes; both sides stay. */
    CHECK_INT(rt_file_munmap(map + page, page), 0);
    CHECK_INT(map[0], 'J');
    CHECK_INT(map[2 * page], 0);
    CHECK_INT(rt_file_munmap(map, 3 * page), -1);
    CHECK_LAST_ERROR(RT_ERROR_NOT_MAPPED, "rt_file_munmap");
    CHECK_INT(rt_file_munmap(map, page), 0);
    CHECK_INT(rt_file_munmap(map + 2 * page, page), 0);
    CHECK_INT(rt_file_munmap(map, page), -1);
    CHECK_LAST_ERROR(RT_ERROR_NOT_MAPPED, "rt_file_munmap");

    CHECK(rt_file_mmap(NULL, page, all, MAP_SHARED | MAP_FIXED, fd, 0) == NULL);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_file_mmap");
    CHECK(rt_file_mmap(NULL, page, all, MAP_SHARED, fd, 3 * page) == NULL);
    CHECK_LAST_ERROR(RT_ERROR_BEYOND_END, "rt_file_mmap");
    CHECK(rt_file_mmap(NULL, page, all, MAP_SHARED, fd, 1) == NULL);
    refused(EINVAL, "rt_file_mmap");
    CHECK(rt_file_mmap(NULL, 0, all, MAP_SHARED, fd, 0) == NULL);
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_file_mmap");
    CHECK(rt_file_mmap(NULL, page, all, MAP_SHARED, -1, 0) == NULL);
    CHECK_LAST_ERROR(RT_ERROR_DESCRIPTOR, "rt_file_mmap");
    CHECK_INT(rt_file_close(fd), 1);
    char first[2] = {0};
    FILE *file = fopen("mapped", "rb");
    CHECK(file != NULL && fread(first, 1, 1, file) == 1);
    CHECK_CSTR(first, "J");
    fclose(file);
}

/* ---- threads --------------------------------------------------------------------------------- */

enum { THREADS = 4, WRITES = 25 };

static void *write_often(void *argument) {
    char text[2001];
    memset(text, *(const char *)argument, sizeof text - 1);
    text[sizeof text - 1] = 0;
    for (int i = 0; i < WRITES; i++) {
        if (!rt_file_write_text(P("shared"), P(text))) {
            return argument;
        }
        RuntimeValue read = rt_file_read_text(P("shared"));
        const uint8_t *data = rt_string_data(read);
        if (data == NULL || rt_string_len(read) != 2000) {
            return argument;
        }
        /* Somebody's text, whole. */
        for (int at = 1; at < 2000; at++) {
            if (data[at] != data[0]) {
                return argument;
            }
        }
        rt_value_free(read);
    }
    return NULL;
}

static void threads_write_whole_files(void) {
    static char letters[THREADS] = {'a', 'b', 'c', 'd'};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, write_often, &letters[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed = threads;
        CHECK(pthread_join(threads[i], &failed) == 0);
        CHECK(failed == NULL);
    }
}

int main(void) {
    char folder[] = "file-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        perror(folder);
        return 1;
    }
    texts_come_back();
    bytes_come_back();
    bad_names_are_errors();
    facts();
    permissions_and_times();
    copies_and_moves();
    links();
    descriptors();
    locks_hold_between_processes();
    a_closed_pipe_is_an_error();
    maps();
    threads_write_whole_files();

    static const char *const made[] = {"greeting", "bytes", "five", "fresh", "mapped", "shared"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        CHECK(rt_file_remove(P(made[i])));
    }
    /* Empty, so nothing was left behind. */
    CHECK(chdir("..") == 0 && rmdir(folder) == 0);
    return harness_report("file");
}
