/* Looks for duplicate files below a folder.
 *
 * usage: demo FOLDER */
#include "demo.h"

#include <stdio.h>

static int64_t live_objects(void) {
    int64_t sum = 0;
    for (int64_t kind = 0; kind < 32; kind++) {
        sum += rt_heap_live_count_by_kind(kind);
    }
    return sum;
}

static void show_walk(const char *root, const Walk *walk) {
    char size[32];
    printf("  %lld files below %s: %s\n", (long long)rt_array_len(walk->files), root,
           human_bytes((double)walk->bytes, size));
    if (walk->passed_by > 0) {
        printf("  passed by: %lld in folders named target or .git\n",
               (long long)walk->passed_by);
    }
    if (walk->refused > 0) {
        printf("  not readable: %lld\n", (long long)walk->refused);
    }
    if (walk->cut_short) {
        printf("  there is more, but the demo stops at 100,000 files or 512 MiB\n");
    }
}

/* Everything goes back: what stays would be a leak, and makes the demo fail. */
static int hand_back(RuntimeValue files) {
    char peak[32];
    const int64_t before = live_objects();
    const int64_t freed = rt_value_free_deep(files);
    const int64_t objects = live_objects();
    const int64_t handles = rt_handle_live_count(RT_HANDLE_KIND_ALL);
    printf("\n  %lld objects made, at most %s at a time; freed the last %lld of %lld\n",
           (long long)rt_heap_alloc_count(), human_bytes((double)rt_heap_peak_bytes(), peak),
           (long long)freed, (long long)before);
    printf("  live objects: %lld, live handles: %lld\n", (long long)objects, (long long)handles);
    return objects == 0 && handles == 0 ? 0 : 1;
}

int main(int count, char **arguments) {
    const char *root = count > 1 ? arguments[1] : ".";
    const uint32_t version = simple_runtime_abi_version();
    if (version >> 16 != SIMPLE_RUNTIME_ABI_MAJOR ||
        (version & 0xffff) < SIMPLE_RUNTIME_ABI_MINOR) {
        fprintf(stderr, "the library has version %u.%u, this program needs %u.%u\n", version >> 16,
                version & 0xffff, SIMPLE_RUNTIME_ABI_MAJOR, SIMPLE_RUNTIME_ABI_MINOR);
        return 1;
    }
    const Walk found = walk(root);
    show_walk(root, &found);
    const Digest hashed = digest(found.files, found.bytes);
    report(&found, &hashed);
    return hand_back(found.files);
}
