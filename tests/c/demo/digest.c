/* Hashing: every file is read once, in pieces, into a SHA-256 and an XXH3 at the same time. As many
 * threads as there are processors take the files from a queue and put the hashes into maps. */
#include "demo.h"

#include <stdio.h>

enum { PIECE = 1 << 16 };

/* What a thread did; its result is a tuple of these. */
enum { DONE_SHA256_NS, DONE_XXH3_NS, DONE_REFUSED, DONE_FIELDS };

/* What the threads share: handles, which any thread may use, and paths, which nobody changes. */
static struct {
    RuntimeValue files;
    int64_t queue;     /* of positions in `files` */
    int64_t sha256;    /* map from a position to the hash */
    int64_t xxh3;
    int64_t bytes;     /* atomic: hashed so far */
} shared;

/* Returns false when the file cannot be read to its end. */
static bool hash_file(RuntimeValue path, int64_t position, int64_t times[DONE_FIELDS]) {
    uint8_t piece[PIECE];
    const int fd = rt_file_open((const uint8_t *)print_text(path), (uint64_t)print_length(path), 0);
    if (fd < 0) {
        return false;
    }
    const int64_t sha256 = rt_sha256_new(), xxh3 = rt_xxhash_new(); /* finishing consumes them */
    int64_t length;
    while ((length = rt_fd_read(fd, piece, sizeof piece)) > 0) {
        const int64_t start = rt_time_now_nanos();
        rt_sha256_write(sha256, piece, (uint64_t)length);
        const int64_t between = rt_time_now_nanos();
        rt_xxhash_write(xxh3, piece, (uint64_t)length);
        times[DONE_SHA256_NS] += between - start;
        times[DONE_XXH3_NS] += rt_time_now_nanos() - between;
        rt_atomic_int_fetch_add(shared.bytes, length);
    }
    rt_file_close(fd);
    const RuntimeValue digest = rt_sha256_finish(sha256);
    const uint64_t fast = (uint64_t)rt_xxhash_finish(xxh3);
    if (length < 0) {
        rt_string_free(digest);
        return false;
    }
    rt_concurrent_map_insert(shared.sha256, position, digest);
    rt_concurrent_map_insert(shared.xxh3, position, rt_value_u64((int64_t)fast));
    return true;
}

/* A thread: takes files until there is none left. */
static RuntimeValue hash_files(RuntimeValue unused) {
    (void)unused;
    int64_t done[DONE_FIELDS] = {0};
    for (RuntimeValue next; (next = rt_concurrent_queue_pop(shared.queue)) != RT_NIL;) {
        const int64_t position = rt_inline_as_int(next);
        const RuntimeValue path = rt_tuple_get(rt_array_get(shared.files, position), FILE_PATH);
        done[DONE_REFUSED] += hash_file(path, position, done) ? 0 : 1;
    }
    const RuntimeValue result = rt_tuple_new(DONE_FIELDS);
    for (int field = 0; field < DONE_FIELDS; field++) {
        rt_tuple_set(result, (uint64_t)field, rt_inline_int(done[field]));
    }
    return result;
}

/* The line that moves, until the queue is empty. */
static void watch(int64_t total, double start, int64_t threads) {
    while (!rt_concurrent_queue_is_empty(shared.queue)) {
        char note[96], size[32];
        const double bytes = (double)rt_atomic_int_load(shared.bytes);
        const double elapsed = seconds_now() - start;
        human_bytes(elapsed > 0.0 ? bytes / elapsed : 0.0, size);
        snprintf(note, sizeof note, "%s/s on %lld threads", size, (long long)threads);
        show_progress("hashing", total > 0 ? bytes / (double)total : 1.0, note);
        rt_thread_sleep(20);
    }
}

static void collect(RuntimeValue result, Digest *digest) {
    digest->sha256_seconds += (double)rt_inline_as_int(rt_tuple_get(result, DONE_SHA256_NS)) * 1e-9;
    digest->xxh3_seconds += (double)rt_inline_as_int(rt_tuple_get(result, DONE_XXH3_NS)) * 1e-9;
    digest->refused += rt_inline_as_int(rt_tuple_get(result, DONE_REFUSED));
    rt_tuple_free(result);
}

Digest digest(RuntimeValue files, int64_t bytes) {
    enum { MOST_THREADS = 64 };
    uint64_t threads[MOST_THREADS];
    int64_t count = rt_thread_available_parallelism();
    count = count < MOST_THREADS ? count : MOST_THREADS;
    Digest all = {.threads = count};
    shared.files = files;
    shared.queue = rt_concurrent_queue_new();
    shared.sha256 = rt_concurrent_map_new();
    shared.xxh3 = rt_concurrent_map_new();
    shared.bytes = rt_atomic_int_new(0);
    for (int64_t i = 0; i < rt_array_len(files); i++) {
        rt_concurrent_queue_push(shared.queue, rt_inline_int(i));
    }
    const double start = seconds_now();
    for (int64_t i = 0; i < count; i++) {
        threads[i] = rt_thread_spawn_isolated((uint64_t)(uintptr_t)hash_files, RT_NIL);
    }
    watch(bytes, start, count);
    for (int64_t i = 0; i < count; i++) {
        collect(rt_thread_join(threads[i]), &all);
        rt_thread_free(threads[i]);
    }
    all.seconds = seconds_now() - start;
    all.bytes = rt_atomic_int_load(shared.bytes);
    end_progress();
    for (int64_t i = 0; i < rt_array_len(files); i++) {
        const RuntimeValue file = rt_array_get(files, i);
        rt_tuple_set(file, FILE_SHA256, rt_concurrent_map_get(shared.sha256, i));
        rt_tuple_set(file, FILE_XXH3, rt_concurrent_map_get(shared.xxh3, i));
    }
    rt_concurrent_queue_free(shared.queue);
    rt_concurrent_map_free(shared.sha256);
    rt_concurrent_map_free(shared.xxh3);
    rt_atomic_int_free(shared.bytes);
    return all;
}
