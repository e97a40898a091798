/*
 * Training from C: losses, optimizers, schedulers and loaders against the fixtures that PyTorch in Python
 * wrote, files of data, and a small network that learns. The folder of the fixtures is the first argument.
 */
#include "harness.h"

#include "fixtures.h"

#include <math.h>
#include <stdlib.h>

static const char *folder = "crates/runtime-torch/tests/fixtures";

static void open_fixtures(struct fixture_case *c, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    fixture_open(c, path);
}

static void close_to(const char *what, RuntimeValue actual, RuntimeValue wanted, double relative, double absolute)
{
    int same = rt_torch_allclose(actual, wanted, relative, absolute) != 0;
    if (!same)
        fprintf(stderr, "%s differs\n", what);
    CHECK(same);
}

/* A number, a list of numbers or a text. */
static RuntimeValue word(const char *text)
{
    char *end = NULL;
    if (strchr(text, ',')) {
        RuntimeValue array = rt_array_new(4);
        for (const char *at = text; *at; at = *end ? end + 1 : end) {
            double number = strtod(at, &end);
            bool whole = memchr(at, '.', (size_t)(end - at)) == NULL;
            rt_array_push(array, whole ? rt_value_int((int64_t)number) : rt_value_float(number));
        }
        return array;
    }
    int64_t integer = strtoll(text, &end, 10);
    if (*end == 0)
        return rt_value_int(integer);
    double number = strtod(text, &end);
    return *end == 0 ? rt_value_float(number) : str(text);
}

/* The attributes and tensors whose names begin with `option_`, as a dict. */
static RuntimeValue options_of(const struct fixture_case *c)
{
    static const char prefix[] = "option_";
    RuntimeValue dict = rt_dict_new(8);
    for (int i = 0; i < c->attribute_count; i++)
        if (strncmp(c->attributes[i].name, prefix, strlen(prefix)) == 0)
            rt_dict_set(dict, str(c->attributes[i].name + strlen(prefix)), word(c->attributes[i].value));
    for (int i = 0; i < c->tensor_count; i++)
        if (strncmp(c->tensors[i].name, prefix, strlen(prefix)) == 0)
            rt_dict_set(dict, str(c->tensors[i].name + strlen(prefix)), c->tensors[i].tensor);
    return dict;
}

static RuntimeValue option(const char *name, RuntimeValue value)
{
    RuntimeValue dict = rt_dict_new(1);
    rt_dict_set(dict, str(name), value);
    return dict;
}

static RuntimeValue array_of(const RuntimeValue *values, int count)
{
    RuntimeValue array = rt_array_new(count);
    for (int i = 0; i < count; i++)
        rt_array_push(array, values[i]);
    return array;
}

/* A leaf of its own with the elements of `tensor`. */
static RuntimeValue leaf_of(RuntimeValue tensor)
{
    RuntimeValue copy = rt_torch_clone(tensor);
    RuntimeValue leaf = rt_torch_set_requires_grad(copy, 1);
    rt_torch_free(copy);
    return leaf;
}

/* ---- losses ---- */

typedef RuntimeValue (*two_tensors)(RuntimeValue, RuntimeValue, RuntimeValue);
typedef RuntimeValue (*three_tensors)(RuntimeValue, RuntimeValue, RuntimeValue, RuntimeValue);

static const struct {
    const char *name;
    two_tensors with;
} pairs[] = {
    {"bce_loss", rt_torch_bce_loss_with},
    {"bce_with_logits_loss", rt_torch_bce_with_logits_loss_with},
    {"cross_entropy", rt_torch_cross_entropy_with},
    {"nll_loss", rt_torch_nll_loss_with},
    {"mse_loss", rt_torch_mse_loss_with},
    {"l1_loss", rt_torch_l1_loss_with},
    {"smooth_l1_loss", rt_torch_smooth_l1_loss_with},
    {"huber_loss", rt_torch_huber_loss_with},
    {"kl_div", rt_torch_kl_div_with},
    {"hinge_embedding_loss", rt_torch_hinge_embedding_loss_with},
    {"soft_margin_loss", rt_torch_soft_margin_loss_with},
    {"poisson_nll_loss", rt_torch_poisson_nll_loss_with},
    {"focal_loss", rt_torch_focal_loss_with},
};

static const struct {
    const char *name;
    three_tensors of;
} triples[] = {
    {"cosine_embedding_loss", rt_torch_cosine_embedding_loss},
    {"margin_ranking_loss", rt_torch_margin_ranking_loss},
    {"triplet_margin_loss", rt_torch_triplet_margin_loss},
    {"gaussian_nll_loss", rt_torch_gaussian_nll_loss},
};

static void losses(void)
{
    struct fixture_case c;
    open_fixtures(&c, "losses.txt");
    while (next_case(&c)) {
        const char *function = fixture_text(&c, "function");
        RuntimeValue first = leaf_of(c.tensors[0].tensor);
        RuntimeValue options = options_of(&c), loss = RT_NIL;
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
            if (strcmp(pairs[i].name, function) == 0)
                loss = pairs[i].with(first, c.tensors[1].tensor, options);
        for (size_t i = 0; i < sizeof triples / sizeof *triples; i++)
            if (strcmp(triples[i].name, function) == 0)
                loss = triples[i].of(first, c.tensors[1].tensor, c.tensors[2].tensor, options);
        close_to(c.name, loss, fixture_tensor(&c, "loss"), 1e-6, 1e-7);
        RuntimeValue sum = rt_torch_sum(loss);
        CHECK_INT(rt_torch_backward(sum), 1);
        RuntimeValue gradient = rt_torch_grad(first);
        close_to(c.name, gradient, fixture_tensor(&c, "grad"), 1e-6, 1e-7);
        rt_torch_free(gradient);
        rt_torch_free(sum);
        rt_torch_free(loss);
        rt_torch_free(first);
        rt_value_free(options);
    }
}

/* ---- optimizers ---- */

static void give_gradients(RuntimeValue optimizer, const RuntimeValue *parameters, const RuntimeValue *grads,
                           int64_t step)
{
    CHECK_INT(rt_torch_optimizer_zero_grad(optimizer), 1);
    for (int i = 0; i < 2; i++) {
        CHECK_NIL(rt_torch_grad(parameters[i]));
        if (i == 1 && step % 5 == 3)
            continue;
        RuntimeValue gradient = rt_torch_select(grads[i], 0, step);
        RuntimeValue product = rt_torch_mul(parameters[i], gradient);
        RuntimeValue sum = rt_torch_sum(product);
        CHECK_INT(rt_torch_backward(sum), 1);
        rt_torch_free(sum);
        rt_torch_free(product);
        rt_torch_free(gradient);
    }
}

static void optimizers(void)
{
    struct fixture_case c;
    RuntimeValue start[2] = {0}, grads[2] = {0};
    open_fixtures(&c, "optim.txt");
    while (next_case(&c)) {
        const char *kind_name = fixture_text(&c, "kind");
        if (!kind_name) {
            /* Another dtype begins, with its parameters and gradients. Complex ones are tested in Rust. */
            static const char *const names[] = {"start_0", "start_1", "grads_0", "grads_1"};
            for (int i = 0; i < 4; i++) {
                RuntimeValue *place = i < 2 ? &start[i] : &grads[i - 2];
                if (*place)
                    rt_torch_free(*place);
                *place = rt_torch_clone(fixture_tensor(&c, names[i]));
            }
            continue;
        }
        if (!fixture_text(&c, "dtype") || strcmp(fixture_text(&c, "dtype"), "complex64") == 0)
            continue;
        bool wide = rt_torch_dtype(start[0]) == RT_TORCH_FLOAT64;
        RuntimeValue parameters[2] = {leaf_of(start[0]), leaf_of(start[1])};
        RuntimeValue params = array_of(parameters, 2), options = options_of(&c), kind = str(kind_name);
        RuntimeValue optimizer = rt_torch_optimizer_new(kind, params, options);
        CHECK(optimizer != RT_NIL);
        for (int64_t step = 0; step < 25; step++) {
            give_gradients(optimizer, parameters, grads, step);
            CHECK_INT(rt_torch_optimizer_step(optimizer), 1);
            for (int i = 0; i < 2; i++) {
                RuntimeValue path = fixture_tensor(&c, i == 0 ? "path_0" : "path_1");
                RuntimeValue wanted = rt_torch_select(path, 0, step);
                close_to(c.name, parameters[i], wanted, wide ? 1e-12 : 1e-6, wide ? 1e-13 : 5e-7);
                rt_torch_free(wanted);
            }
        }
        CHECK_INT(rt_torch_optimizer_free(optimizer), 1);
        for (int i = 0; i < 2; i++)
            rt_torch_free(parameters[i]);
        rt_value_free(params);
        rt_value_free(options);
        rt_value_free(kind);
    }
    for (int i = 0; i < 2; i++) {
        rt_torch_free(start[i]);
        rt_torch_free(grads[i]);
    }
}

/* Frees the tensors of a state dict. */
static void free_state(RuntimeValue state)
{
    RuntimeValue name = str("state");
    RuntimeValue each = rt_dict_values(rt_dict_get(state, name));
    for (int64_t i = 0; i < rt_array_len(each); i++) {
        RuntimeValue tensors = rt_dict_values(rt_array_get(each, i));
        for (int64_t k = 0; k < rt_array_len(tensors); k++)
            CHECK_INT(rt_torch_free(rt_array_get(tensors, k)), 1);
        rt_value_free(tensors);
    }
    rt_value_free(each);
    rt_value_free(name);
}

static void states_and_errors(void)
{
    const float numbers[] = {1, 2, 3};
    RuntimeValue shape = rt_array_new(1);
    rt_array_push(shape, rt_value_int(3));
    RuntimeValue plain = rt_torch_tensor_from_buffer(numbers, sizeof numbers, shape, RT_TORCH_FLOAT32, 0);
    RuntimeValue weight = leaf_of(plain);
    RuntimeValue params = array_of(&weight, 1);
    RuntimeValue adam = rt_torch_adam_new(params, 0.1, 0.9, 0.999, 1e-8, 0.0);
    CHECK_FLOAT(rt_torch_optimizer_get_lr(adam), 0.1);
    CHECK_INT(rt_torch_optimizer_set_lr(adam, 0.01), 1);
    CHECK_FLOAT(rt_torch_optimizer_get_group_lr(adam, 0), 0.01);
    RuntimeValue sum = rt_torch_sum(weight);
    CHECK_INT(rt_torch_backward(sum), 1);
    CHECK_INT(rt_torch_optimizer_step(adam), 1);
    RuntimeValue state = rt_torch_optimizer_state_dict(adam);
    RuntimeValue other = rt_torch_adam_new(params, 0.5, 0.9, 0.999, 1e-8, 0.0);
    CHECK_INT(rt_torch_optimizer_load_state_dict(other, state), 1);
    CHECK_FLOAT(rt_torch_optimizer_get_lr(other), 0.01);
    free_state(state);

    CHECK_NIL(rt_torch_sgd_new(params, -1.0, 0.0, 0.0));
    RuntimeValue message = rt_last_error_message();
    CHECK_STR(message, "rt_torch_sgd_new: Invalid learning rate: -1.0");
    rt_value_free(message);
    CHECK_ERROR(RT_ERROR_TORCH_OPTION);
    CHECK_INT(rt_torch_optimizer_set_lr(adam, NAN), 0);
    CHECK_ERROR(RT_ERROR_TORCH_OPTION);
    CHECK_NIL(rt_torch_sgd_new(sum, 0.1, 0.0, 0.0));
    CHECK_ERROR(RT_ERROR_WRONG_TYPE);
    for (size_t i = 0; i < sizeof harness_forged_words / sizeof *harness_forged_words; i++) {
        RuntimeValue forged = harness_forged_words[i];
        CHECK_INT(rt_torch_optimizer_step(forged), 0);
        CHECK_INT(rt_torch_scheduler_step(forged), 0);
        CHECK_NIL(rt_torch_dataloader_next(forged));
        CHECK_NIL(rt_torch_mse_loss(forged, forged));
        CHECK_NIL(rt_torch_optimizer_new(forged, forged, forged));
    }
    rt_last_error_clear();
    CHECK_INT(rt_torch_optimizer_free(adam), 1);
    CHECK_INT(rt_torch_optimizer_free(adam), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_torch_optimizer_free(other), 1);
    rt_torch_free(sum);
    rt_torch_free(weight);
    rt_torch_free(plain);
    rt_value_free(params);
    rt_value_free(shape);
}

/* ---- schedulers ---- */

static RuntimeValue group_with(double lr, RuntimeValue *parameter)
{
    const float zero = 0;
    RuntimeValue shape = rt_array_new(1);
    rt_array_push(shape, rt_value_int(1));
    RuntimeValue plain = rt_torch_tensor_from_buffer(&zero, sizeof zero, shape, RT_TORCH_FLOAT32, 0);
    *parameter = leaf_of(plain);
    rt_torch_free(plain);
    rt_value_free(shape);
    RuntimeValue group = option("params", array_of(parameter, 1));
    rt_dict_set(group, str("lr"), rt_value_float(lr));
    return group;
}

static void schedulers(void)
{
    struct fixture_case c;
    open_fixtures(&c, "schedulers.txt");
    while (next_case(&c)) {
        const char *kind_name = fixture_text(&c, "kind");
        if (!kind_name)
            continue; /* Composite ones are tested in Rust. */
        const char *method = fixture_text(&c, "optimizer");
        int groups = (int)fixture_number(&c, "groups");
        RuntimeValue parameters[2];
        RuntimeValue list = rt_array_new(2);
        rt_array_push(list, group_with(0.1, &parameters[0]));
        if (groups == 2)
            rt_array_push(list, group_with(0.03, &parameters[1]));
        RuntimeValue given = strcmp(method, "SGD") == 0 ? option("momentum", rt_value_float(0.9)) : RT_NIL;
        RuntimeValue optimizer = rt_torch_optimizer_new(str(method), list, given);
        RuntimeValue scheduler = rt_torch_scheduler_new(str(kind_name), optimizer, options_of(&c));
        CHECK(scheduler != RT_NIL);
        RuntimeValue wanted = fixture_tensor(&c, "lrs");
        RuntimeValue numbers = RT_NIL;
        for (int i = 0; i < c.tensor_count; i++)
            if (strcmp(c.tensors[i].name, "metrics") == 0 || strcmp(c.tensors[i].name, "epochs") == 0)
                numbers = c.tensors[i].tensor;
        RuntimeValue size = rt_torch_shape(wanted);
        int64_t rows = rt_value_as_int(rt_array_get(size, 0));
        rt_value_free(size);
        for (int64_t step = 0; step < rows; step++) {
            if (step > 0 && numbers != RT_NIL) {
                RuntimeValue element = rt_torch_select(numbers, 0, step - 1);
                double number = rt_torch_item(element);
                rt_torch_free(element);
                CHECK_INT(strcmp(kind_name, "ReduceLROnPlateau") == 0
                              ? rt_torch_scheduler_step_with_metric(scheduler, number)
                              : rt_torch_scheduler_step_to(scheduler, number),
                          1);
            } else if (step > 0) {
                CHECK_INT(rt_torch_scheduler_step(scheduler), 1);
            }
            RuntimeValue row = rt_torch_select(wanted, 0, step);
            for (int group = 0; group < groups; group++) {
                RuntimeValue element = rt_torch_select(row, 0, group);
                CHECK_FLOAT(rt_torch_optimizer_get_group_lr(optimizer, group), rt_torch_item(element));
                rt_torch_free(element);
            }
            rt_torch_free(row);
        }
        CHECK_INT(rt_torch_optimizer_free(optimizer), 1);
        CHECK_INT(rt_torch_scheduler_step_with_metric(scheduler, 0.0), 0);
        CHECK_ERROR(RT_ERROR_STALE_HANDLE);
        CHECK_INT(rt_torch_scheduler_free(scheduler), 1);
        for (int group = 0; group < groups; group++)
            rt_torch_free(parameters[group]);
        rt_value_free(list);
    }
}

/* ---- data ---- */

static void loaders(void)
{
    struct fixture_case c;
    open_fixtures(&c, "loader.txt");
    while (next_case(&c)) {
        const char *global = fixture_text(&c, "global_seed"), *own = fixture_text(&c, "seed");
        int64_t count = (int64_t)fixture_number(&c, "count");
        int64_t left_after = (int64_t)fixture_number(&c, "left_after");
        RuntimeValue shape = rt_array_new(1);
        rt_array_push(shape, rt_value_int(count));
        int64_t *numbers = calloc((size_t)count, sizeof *numbers);
        for (int64_t i = 0; i < count; i++)
            numbers[i] = i;
        uint64_t bytes = (uint64_t)count * sizeof *numbers;
        RuntimeValue tensor = rt_torch_tensor_from_buffer(numbers, bytes, shape, RT_TORCH_INT64, 0);
        RuntimeValue dataset = rt_torch_tensor_dataset_new(tensor, tensor);
        CHECK_INT(rt_torch_dataset_len(dataset), count);
        rt_torch_free(tensor);
        free(numbers);
        if (global)
            CHECK_INT(rt_torch_manual_seed(strtoll(global, NULL, 10)), 1);
        RuntimeValue options = option("batch_size", rt_value_int((int64_t)fixture_number(&c, "batch_size")));
        rt_dict_set(options, str("shuffle"), rt_value_int((int64_t)fixture_number(&c, "shuffle")));
        rt_dict_set(options, str("drop_last"), rt_value_int((int64_t)fixture_number(&c, "drop_last")));
        rt_dict_set(options, str("prefetch"), rt_value_int(global ? 0 : 2));
        /* The low half of the seed counts; ints of the language are a little shorter than 64 bits. */
        if (own)
            rt_dict_set(options, str("seed"), rt_value_int((int32_t)(uint32_t)strtoll(own, NULL, 10)));
        RuntimeValue loader = rt_torch_dataloader_new_with(dataset, options);
        CHECK(loader != RT_NIL);
        for (int epoch = 0; epoch < 3; epoch++) {
            char name[32];
            snprintf(name, sizeof name, "order_%d", epoch);
            RuntimeValue wanted = fixture_tensor(&c, name);
            int64_t at = 0, batches = 0;
            for (;;) {
                RuntimeValue batch = rt_torch_dataloader_next(loader);
                if (batch == RT_NIL)
                    break;
                RuntimeValue features = rt_tuple_get(batch, 0), labels = rt_tuple_get(batch, 1);
                int64_t length = rt_torch_numel(labels);
                RuntimeValue part = rt_torch_narrow(wanted, 0, at, length);
                close_to(c.name, labels, part, 0, 0);
                close_to(c.name, features, labels, 0, 0);
                at += length;
                rt_torch_free(part);
                rt_torch_free(features);
                rt_torch_free(labels);
                rt_value_free(batch);
                if (++batches == left_after)
                    break;
            }
            CHECK_INT(at, rt_torch_numel(wanted));
            CHECK_NO_ERROR();
            CHECK_INT(rt_torch_dataloader_reset(loader), 1);
        }
        CHECK_INT(rt_torch_dataset_free(dataset), 1);
        CHECK_INT(rt_torch_dataloader_free(loader), 1);
        rt_value_free(options);
        rt_value_free(shape);
    }
}

static RuntimeValue load(const char *path, int64_t train)
{
    return rt_torch_mnist_load((const uint8_t *)path, strlen(path), train);
}

static void files(void)
{
    char digits[1024], path[1100];
    snprintf(digits, sizeof digits, "%s/../../../../tests/data/digits", folder);
    snprintf(path, sizeof path, "%s/t10k-images-idx3-ubyte.gz", digits);
    RuntimeValue images = rt_torch_idx_load((const uint8_t *)path, strlen(path));
    CHECK_INT(rt_torch_dtype(images), RT_TORCH_UINT8);
    CHECK_INT(rt_torch_numel(images), 360 * 8 * 8);
    rt_torch_free(images);
    RuntimeValue train = load(digits, 1), test = load(digits, 0);
    CHECK_INT(rt_torch_dataset_len(train), 1437);
    CHECK_INT(rt_torch_dataset_len(test), 360);
    RuntimeValue sample = rt_torch_dataset_get(test, -1);
    RuntimeValue image = rt_tuple_get(sample, 0), label = rt_tuple_get(sample, 1);
    CHECK_INT(rt_torch_numel(image), 64);
    CHECK(rt_torch_item(label) >= 0 && rt_torch_item(label) <= 9);
    rt_torch_free(image);
    rt_torch_free(label);
    rt_value_free(sample);
    CHECK_NIL(rt_torch_dataset_get(test, 360));
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_NIL(load("no/such/folder", 1));
    CHECK_ERROR(RT_ERROR_SYSTEM);
    CHECK_NIL(rt_torch_idx_load(NULL, 3));
    CHECK_ERROR(RT_ERROR_NULL_POINTER);
    CHECK_INT(rt_torch_mnist_download(NULL, 0), 0);
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_INT(rt_torch_dataset_free(train), 1);
    CHECK_INT(rt_torch_dataset_free(test), 1);
}

/* A line through points, found by steps down the mean squared error: everything works together. */
static void a_line_is_learned(void)
{
    enum { POINTS = 32 };
    float xs[POINTS], ys[POINTS];
    for (int i = 0; i < POINTS; i++) {
        xs[i] = (float)i / POINTS;
        ys[i] = 3 * xs[i] - 1;
    }
    RuntimeValue shape = rt_array_new(2);
    rt_array_push(shape, rt_value_int(POINTS));
    rt_array_push(shape, rt_value_int(1));
    RuntimeValue x = rt_torch_tensor_from_buffer(xs, sizeof xs, shape, RT_TORCH_FLOAT32, 0);
    RuntimeValue y = rt_torch_tensor_from_buffer(ys, sizeof ys, shape, RT_TORCH_FLOAT32, 0);
    RuntimeValue dataset = rt_torch_tensor_dataset_new(x, y);
    RuntimeValue loader = rt_torch_dataloader_new(dataset, 8, 1, 0);
    RuntimeValue net = rt_torch_linear_new(1, 1, 1), params = rt_torch_module_parameters(net);
    RuntimeValue optimizer = rt_torch_sgd_new(params, 0.2, 0.9, 0.0);
    RuntimeValue scheduler = rt_torch_scheduler_exponential_new(optimizer, 0.98);
    double last = 1;
    for (int epoch = 0; epoch < 100; epoch++) {
        for (RuntimeValue batch; (batch = rt_torch_dataloader_next(loader)) != RT_NIL; rt_value_free(batch)) {
            RuntimeValue input = rt_tuple_get(batch, 0), wanted = rt_tuple_get(batch, 1);
            RuntimeValue output = rt_torch_module_forward(net, input);
            RuntimeValue loss = rt_torch_mse_loss(output, wanted);
            rt_torch_optimizer_zero_grad(optimizer);
            rt_torch_backward(loss);
            rt_torch_optimizer_step(optimizer);
            last = rt_torch_item(loss);
            rt_torch_free(loss);
            rt_torch_free(output);
            rt_torch_free(input);
            rt_torch_free(wanted);
        }
        rt_torch_dataloader_reset(loader);
        rt_torch_scheduler_step(scheduler);
    }
    CHECK(last < 1e-6);
    CHECK_NEAR(rt_torch_optimizer_get_lr(optimizer), 0.2 * pow(0.98, 100), 1e-12);
    CHECK_NO_ERROR();
    rt_torch_scheduler_free(scheduler);
    rt_torch_optimizer_free(optimizer);
    for (int64_t i = 0; i < rt_array_len(params); i++)
        rt_torch_free(rt_array_get(params, i));
    rt_torch_module_free(net);
    rt_torch_dataloader_free(loader);
    rt_torch_dataset_free(dataset);
    rt_torch_free(x);
    rt_torch_free(y);
    rt_value_free(params);
    rt_value_free(shape);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        folder = argv[1];
    void (*const parts[])(void) = {losses, optimizers, states_and_errors, schedulers, loaders, files,
                                   a_line_is_learned};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        rt_scope_begin(); /* The values that a part leaves go with it. */
        parts[i]();
        rt_scope_end(RT_NIL);
    }
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("torch_train");
}
