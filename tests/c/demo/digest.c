/* Hashing: every file is read once, in pieces, into a SHA-256 and an XXH3 at the same time. */
#define _XOPEN_SOURCE 700

#include "demo.h"

#include <stdio.h>

enum { PIECE = 1 << 16 };

typedef struct {
    int64_t sha256;
    int64_t xxh3;
} Hashers;

static void hash_piece(Hashers hashers, const uint8_t *piece, size_t length, Digest *digest) {
    const double start = seconds_now();
    rt_sha256_write(hashers.sha256, piece, length);
    const double between = seconds_now();
    rt_xxhash_write(hashers.xxh3, piece, length);
    digest->sha256_seconds += between - start;
    digest->xxh3_seconds += seconds_now() - between;
    digest->bytes += (int64_t)length;
}

static void hash_file(RuntimeValue file, Digest *digest, int64_t total) {
    static uint8_t piece[PIECE];
    const RuntimeValue path = rt_tuple_get(file, FILE_PATH);
    char name[4097], note[64], size[32];
    snprintf(name, sizeof name, "%.*s", print_length(path), print_text(path));
    FILE *open = fopen(name, "rb");
    if (open == NULL) {
        digest->refused += 1;
        return;
    }
    const Hashers hashers = {rt_sha256_new(), rt_xxhash_new()}; /* finishing consumes them */
    const double start = seconds_now();
    for (size_t length; (length = fread(piece, 1, sizeof piece, open)) > 0;) {
        hash_piece(hashers, piece, length, digest);
        const double elapsed = digest->seconds + seconds_now() - start;
        human_bytes(elapsed > 0.0 ? (double)digest->bytes / elapsed : 0.0, size);
        snprintf(note, sizeof note, "%s/s", size);
        show_progress("hashing", total > 0 ? (double)digest->bytes / (double)total : 1.0, note);
    }
    fclose(open);
    digest->seconds += seconds_now() - start;
    rt_tuple_set(file, FILE_SHA256, rt_sha256_finish(hashers.sha256));
    rt_tuple_set(file, FILE_XXH3, rt_value_u64((int64_t)rt_xxhash_finish(hashers.xxh3)));
}

Digest digest(RuntimeValue files, int64_t bytes) {
    Digest all = {0};
    for (int64_t i = 0; i < rt_array_len(files); i++) {
        hash_file(rt_array_get(files, i), &all, bytes);
    }
    end_progress();
    return all;
}
