/* The demo: what a compiled Simple program would be that looks for duplicate files. It keeps all
 * its data in values of the runtime, hashes with the runtime, and hands everything back. */
#ifndef DEMO_H
#define DEMO_H

#include "screen.h"
#include "simple_runtime.h"

/* A file is a tuple of these fields. */
enum { FILE_PATH, FILE_SIZE, FILE_SHA256, FILE_XXH3, FILE_FIELDS };

/* What the walk found. */
typedef struct {
    RuntimeValue files;     /* array of file tuples, the hashes still NIL */
    int64_t bytes;          /* the sizes together */
    int64_t passed_by;      /* files in folders named target or .git */
    int64_t refused;        /* what the system did not let us read */
    bool cut_short;         /* there was more than the demo looks at */
} Walk;

/* What hashing took. */
typedef struct {
    int64_t bytes;
    int64_t threads;
    double seconds;         /* all of it, reading included */
    double sha256_seconds;  /* of all threads together */
    double xxh3_seconds;
    int64_t refused;        /* files that could not be read */
} Digest;

/* walk.c: finds the files below `root`. */
Walk walk(const char *root);

/* digest.c: reads every file once, on several threads, and fills the hashes in. */
Digest digest(RuntimeValue files, int64_t bytes);

/* report.c: groups the files by hash and by type, and says what is found. */
void report(const Walk *walk, const Digest *digest);

#endif /* DEMO_H */
