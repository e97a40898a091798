/*
 * The shared library, opened by a program that was not linked with it, as a plug-in or Python opens it. What
 * each thread has of the library must find room in threads that are there already. Takes the library's path.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not the header's: dlsym gives addresses of data, which C does not convert to functions. */
#define FUNCTION(type, name)                                  \
    static type name;                                         \
    static void find_##name(void *library) {                  \
        void *const address = dlsym(library, #name);          \
        if (address == NULL) {                                \
            fprintf(stderr, "%s is not there\n", #name);      \
            exit(1);                                          \
        }                                                     \
        memcpy(&name, &address, sizeof address);              \
    }

typedef uint64_t New(const uint8_t *bytes, uint64_t length);
typedef int64_t Of(uint64_t value);
typedef void Probe(uint64_t decision, _Bool outcome);
typedef New *NewPointer;
typedef Of *OfPointer;
typedef Probe *ProbePointer;

FUNCTION(NewPointer, rt_string_new)
FUNCTION(OfPointer, rt_string_len)
FUNCTION(OfPointer, rt_value_free)
FUNCTION(ProbePointer, rt_decision_probe)

static atomic_bool is_loaded;
static const int ROUNDS = 1000;

/* Makes and frees strings, and counts a decision: what has a place of its own in each thread. */
static void *use(void *wait) {
    while (wait != NULL && !atomic_load(&is_loaded)) {
        sched_yield();
    }
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t text = rt_string_new((const uint8_t *)"loaded late", 11);
        rt_decision_probe(1, round % 2 == 0);
        if (rt_string_len(text) != 11 || rt_value_free(text) != 1 || rt_value_free(text) != 0) {
            fprintf(stderr, "round %d went wrong\n", round);
            exit(1);
        }
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: late_load LIBRARY\n");
        return 2;
    }
    pthread_t older, newer;
    pthread_create(&older, NULL, use, &is_loaded);
    void *const library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    find_rt_string_new(library);
    find_rt_string_len(library);
    find_rt_value_free(library);
    find_rt_decision_probe(library);
    atomic_store(&is_loaded, 1);
    use(NULL);
    pthread_create(&newer, NULL, use, NULL);
    pthread_join(older, NULL);
    pthread_join(newer, NULL);
    printf("%d strings on 3 threads\n", 3 * ROUNDS);
    return 0;
}
