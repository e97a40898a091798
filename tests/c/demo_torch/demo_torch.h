/* The demo of PyTorch: a small convolutional network learns to read handwritten digits. It is what a
 * compiled Simple program would be: layers, data and numbers are the runtime's, and all is handed back. */
#ifndef DEMO_TORCH_H
#define DEMO_TORCH_H

#include "../demo/screen.h"
#include "simple_runtime.h"

enum { DIGITS = 10, SIDE = 8, PIXELS = SIDE * SIDE };

/* What the network says of the digits that it has not learned from. */
typedef struct {
    int64_t count;
    int64_t right;
    float *pixels;      /* PIXELS for each digit, 0 is paper and 1 is ink */
    int64_t *labels;    /* what was written */
    int64_t *read;      /* what the network takes it for */
} Reading;

/* must.c: ends the program with the runtime's last error when a function has failed. */
RuntimeValue must(RuntimeValue result, const char *what);
void must_be_done(int64_t result, const char *what);

/* ranks.c: the processes that learn together, usually one. */
void join_ranks(void);
int64_t rank_count(void);
int is_first_rank(void);
void leave_ranks(void);

/* What a model makes of a batch of images: their scores. */
typedef RuntimeValue Forward(RuntimeValue model, RuntimeValue images);

/* network.c: the network, and training it. */
RuntimeValue new_network(void);
void train(RuntimeValue network, RuntimeValue dataset);
Reading read_digits(RuntimeValue model, Forward *forward, RuntimeValue dataset);
void free_reading(Reading *reading);

/* models.c: saves the network in each format and loads it again; 1 when all of them read the same. */
int save_and_load(RuntimeValue network, RuntimeValue tests, const Reading *reading);

/* show.c: what came out, for people. */
void show_confusion(const Reading *reading);
void show_digits(const Reading *reading);

#endif /* DEMO_TORCH_H */
