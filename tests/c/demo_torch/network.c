/* The network, how it learns, and how it reads. */
#include "demo_torch.h"

#include <stdio.h>
#include <stdlib.h>

enum { EPOCHS = 15, BATCH = 32, SEED = 3 };
static const double LEARNING_RATE = 0.008;

/* ---- options: dicts with the names of PyTorch's arguments ------------------------------------- */

static void set(RuntimeValue options, const char *name, RuntimeValue value) {
    rt_dict_set(options, string_from(name), value);
}

/* A layer by the name of its class in torch.nn. Takes the options. */
static RuntimeValue layer(const char *class_name, RuntimeValue options) {
    const RuntimeValue name = string_from(class_name);
    const RuntimeValue made = must(rt_torch_module_new(name, options), class_name);
    rt_value_free(name);
    rt_value_free_deep(options);
    return made;
}

static RuntimeValue convolution(int64_t from, int64_t to) {
    const RuntimeValue options = rt_dict_new(4);
    set(options, "in_channels", rt_value_int(from));
    set(options, "out_channels", rt_value_int(to));
    set(options, "kernel_size", rt_value_int(3));
    set(options, "padding", rt_value_int(1));
    return layer("Conv2d", options);
}

static RuntimeValue pooling(void) {
    const RuntimeValue options = rt_dict_new(1);
    set(options, "kernel_size", rt_value_int(2));
    return layer("MaxPool2d", options);
}

/* ---- the network ------------------------------------------------------------------------------ */

/* 1 x 8 x 8 grey values become 16 x 4 x 4 features, 32 x 2 x 2 features, ten scores. */
RuntimeValue new_network(void) {
    rt_torch_manual_seed(SEED);
    /* The layers are so small that several threads would mostly wait for each other. */
    rt_torch_set_num_threads(1);
    const RuntimeValue layers[] = {
        convolution(1, 16),
        layer("ReLU", rt_dict_new(0)),
        pooling(),
        convolution(16, 32),
        layer("ReLU", rt_dict_new(0)),
        pooling(),
        layer("Flatten", rt_dict_new(0)),
        must(rt_torch_linear_new(32 * 2 * 2, DIGITS, 1), "Linear"),
    };
    const size_t count = sizeof layers / sizeof layers[0];
    const RuntimeValue list = rt_array_new((int64_t)count);
    for (size_t i = 0; i < count; i++) {
        rt_array_push(list, layers[i]);
    }
    const RuntimeValue network = must(rt_torch_sequential_new(list), "Sequential");
    /* The network keeps the layers alive; our handles of them are not needed any more. */
    for (size_t i = 0; i < count; i++) {
        rt_torch_module_free(layers[i]);
    }
    rt_value_free(list);
    return network;
}

/* ---- learning --------------------------------------------------------------------------------- */

/* Each rank's part of the digits, in an order of its own for each epoch; NIL when there is one rank. */
static RuntimeValue new_sampler(RuntimeValue dataset) {
    const int64_t ranks = rank_count();
    if (ranks == 1) {
        return RT_NIL;
    }
    const int64_t all = rt_torch_dataset_len(dataset);
    return must(rt_torch_dist_sampler_new(all, ranks, rt_torch_dist_rank(), 1, SEED, 0), "the sampler");
}

static RuntimeValue new_loader(RuntimeValue dataset, RuntimeValue sampler) {
    const RuntimeValue options = rt_dict_new(3);
    set(options, "batch_size", rt_value_int(BATCH / rank_count()));
    if (sampler == RT_NIL) {
        set(options, "shuffle", RT_TRUE);
        set(options, "seed", rt_value_int(SEED));
    } else {
        set(options, "sampler", sampler);
    }
    const RuntimeValue loader = must(rt_torch_dataloader_new_with(dataset, options), "the loader");
    rt_value_free_deep(options);
    return loader;
}

/* One step down the gradient; returns the loss before it. */
static double step(RuntimeValue model, Forward *forward, RuntimeValue optimizer, RuntimeValue batch) {
    const RuntimeValue images = rt_tuple_get(batch, 0), labels = rt_tuple_get(batch, 1);
    must_be_done(rt_torch_optimizer_zero_grad(optimizer), "zero_grad");
    const RuntimeValue scores = must(forward(model, images), "forward");
    const RuntimeValue loss = must(rt_torch_cross_entropy(scores, labels), "the loss");
    must_be_done(rt_torch_backward(loss), "backward");
    must_be_done(rt_torch_optimizer_step(optimizer), "the step");
    const double number = rt_torch_item(loss);
    const RuntimeValue used[] = {images, labels, scores, loss};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        rt_torch_free(used[i]);
    }
    rt_value_free(batch);
    return number;
}

/* Goes once through all digits; returns the mean loss. */
static double epoch(RuntimeValue model, Forward *forward, RuntimeValue optimizer, RuntimeValue loader,
                    int64_t batches, const char *name) {
    double sum = 0.0;
    int64_t done = 0;
    char note[64];
    for (;;) {
        const RuntimeValue batch = rt_torch_dataloader_next(loader);
        if (batch == RT_NIL) {
            break;
        }
        sum += step(model, forward, optimizer, batch);
        done += 1;
        snprintf(note, sizeof note, "loss %.4f", sum / (double)done);
        if (is_first_rank()) {
            show_progress(name, (double)done / (double)batches, note);
        }
    }
    if (is_first_rank()) {
        end_progress();
    }
    must_be_done(rt_torch_dataloader_reset(loader), "the loader");
    return sum / (double)done;
}

void train(RuntimeValue network, RuntimeValue dataset) {
    const RuntimeValue parameters = must(rt_torch_module_parameters(network), "the parameters");
    const RuntimeValue optimizer =
        must(rt_torch_adam_new(parameters, LEARNING_RATE, 0.9, 0.999, 1e-8, 0.0), "Adam");
    const RuntimeValue scheduler =
        must(rt_torch_scheduler_cosine_new(optimizer, EPOCHS, 0.0), "the scheduler");
    const RuntimeValue sampler = new_sampler(dataset), loader = new_loader(dataset, sampler);
    /* With several ranks every one starts with rank 0's parameters, and gradients are the mean of all. */
    const int is_alone = sampler == RT_NIL;
    const RuntimeValue model = is_alone ? network : must(rt_torch_dist_ddp_new(network), "DDP");
    Forward *forward = is_alone ? rt_torch_module_forward : rt_torch_dist_ddp_forward;
    const int64_t batches = rt_torch_dataloader_len(loader);
    for (int number = 1; number <= EPOCHS; number++) {
        char name[32];
        snprintf(name, sizeof name, "epoch %2d", number);
        const double rate = rt_torch_optimizer_get_lr(optimizer), start = seconds_now();
        if (!is_alone) {
            must_be_done(rt_torch_dist_sampler_set_epoch(sampler, number), "the sampler");
        }
        const double loss = epoch(model, forward, optimizer, loader, batches, name);
        must_be_done(rt_torch_scheduler_step(scheduler), "the scheduler");
        if (!is_first_rank()) {
            continue;
        }
        char cells[64];
        printf("  %-9s %s  loss %.4f  learning rate %.5f  %.2f s\n", name,
               bar((double)number / EPOCHS, cells), loss, rate, seconds_now() - start);
        fflush(stdout);
    }
    rt_torch_dataloader_free(loader);
    if (!is_alone) {
        rt_torch_dist_ddp_free(model);
        rt_torch_dist_sampler_free(sampler);
    }
    rt_torch_scheduler_free(scheduler);
    rt_torch_optimizer_free(optimizer);
    for (int64_t i = 0; i < rt_array_len(parameters); i++) {
        rt_torch_free(rt_array_get(parameters, i));
    }
    rt_value_free(parameters);
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* The numbers of a tensor in memory of the program's own. */
static void *numbers_of(RuntimeValue tensor, size_t bytes) {
    void *numbers = malloc(bytes);
    if (numbers == NULL) {
        fprintf(stderr, "no memory\n");
        exit(1);
    }
    must_be_done(rt_torch_copy_data_to_cpu(tensor, numbers, bytes), "the numbers");
    return numbers;
}

Reading read_digits(RuntimeValue model, Forward *forward, RuntimeValue dataset) {
    const RuntimeValue all = must(rt_torch_dataset_tensors(dataset), "the digits");
    const RuntimeValue images = rt_array_get(all, 0), labels = rt_array_get(all, 1);
    const int64_t had_gradients = rt_torch_set_grad_enabled(0);
    const RuntimeValue scores = must(forward(model, images), "forward");
    const RuntimeValue best = must(rt_torch_argmax_dim(scores, 1, 0), "argmax");
    rt_torch_set_grad_enabled(had_gradients);

    Reading reading = {.count = rt_torch_dataset_len(dataset)};
    const size_t count = (size_t)reading.count;
    reading.pixels = numbers_of(images, count * PIXELS * sizeof(float));
    reading.labels = numbers_of(labels, count * sizeof(int64_t));
    reading.read = numbers_of(best, count * sizeof(int64_t));
    for (int64_t i = 0; i < reading.count; i++) {
        reading.right += reading.labels[i] == reading.read[i] ? 1 : 0;
    }
    const RuntimeValue used[] = {images, labels, scores, best};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        rt_torch_free(used[i]);
    }
    rt_value_free(all);
    return reading;
}

void free_reading(Reading *reading) {
    free(reading->pixels);
    free(reading->labels);
    free(reading->read);
}
