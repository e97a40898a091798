/* What the generated calls and the driver of the hostile-word test share.
 *
 * `cargo xtask test` generates one file with a call for every function of the header, and links it
 * with driver.c, which makes the calls, and world.c, which has the arguments. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "simple_runtime.h"

/* One argument: a word of any type, a pointer among them, or a number. */
typedef union {
    uint64_t word;
    double number;
} Argument;

/* What an argument is chosen from. */
typedef enum {
    KIND_WORD,    /* every hostile word there is, and live objects of every kind */
    KIND_DEAD,    /* the same without live objects, where a live one would block for ever */
    KIND_SMALL,   /* -1 to 2, where a large number means a long wait */
    KIND_ONE,     /* 1, where anything else ends the process */
    KIND_BOOL,    /* false and true */
    KIND_FILE,    /* a file of the test's own, and numbers that are no descriptors */
    KIND_FLOAT,   /* numbers, infinities and a NaN */
    KIND_CODE,    /* the address of a function, or null */
    KIND_TEXT,    /* a zero-terminated text, or null */
    KIND_BUFFER,  /* room for 4096 bytes, or null */
    KIND_WILD,    /* any address: the function promises to follow none that it does not know */
    KIND_SLICE1,  /* bytes; the next argument is their number */
    KIND_SLICE4,  /* objects of four bytes; the next argument is their number */
    KIND_SLICE8,  /* objects of eight bytes; the next argument is their number */
    KIND_ROOM,    /* room to write to; the next argument is how many objects fit */
    KIND_LENGTH,  /* chosen together with the argument before */
} Kind;

enum { MAX_ARGUMENTS = 10 };

/* One function of the header. */
typedef struct {
    const char *name;
    void (*call)(const Argument *arguments);
    int count;
    Kind kinds[MAX_ARGUMENTS];
} Function;

/* A function that makes an object, and the one that frees what it makes, if there is one. */
typedef struct {
    const Function *make;
    void (*release)(const Argument *arguments);
} Constructor;

/* Generated. */
extern const Function functions[];
extern const int function_count;
extern const Constructor constructors[];
extern const int constructor_count;

/* Where a call leaves its result, if it has one. */
extern uint64_t call_result;

#endif /* HOSTILE_H */
