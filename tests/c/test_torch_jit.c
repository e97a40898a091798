/*
 * TorchScript, custom autograd functions and checkpoints from C: source text and its errors, tracing,
 * archives of ours and of Python's (the folder of the fixtures is the first argument), several threads on
 * one module, and callbacks that compute, fail and are dropped.
 */
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include "fixtures.h"

#include <pthread.h>
#include <stdlib.h>

static const char *folder = "crates/runtime-torch/tests/fixtures";

static RuntimeValue numbers(const double *values, int count)
{
    RuntimeValue array = rt_array_new(count);
    for (int i = 0; i < count; i++)
        rt_array_push(array, rt_value_float(values[i]));
    return rt_torch_tensor_new(array);
}

static RuntimeValue pair(RuntimeValue a, RuntimeValue b)
{
    RuntimeValue array = rt_array_new(2);
    rt_array_push(array, a);
    rt_array_push(array, b);
    return array;
}

static RuntimeValue one(RuntimeValue a)
{
    RuntimeValue array = rt_array_new(1);
    rt_array_push(array, a);
    return array;
}

/* The element at `index` of a tensor of one dimension. */
static double at(RuntimeValue tensor, int64_t index)
{
    RuntimeValue element = rt_torch_select(tensor, 0, index);
    double number = rt_torch_item(element);
    rt_torch_free(element);
    return number;
}

static void elements(RuntimeValue tensor, const double *wanted, int count, int line)
{
    for (int i = 0; i < count; i++)
        harness_near(at(tensor, i), wanted[i], 1e-6, __FILE__, line, "an element");
    rt_torch_free(tensor);
}
#define ELEMENTS(tensor, ...)                                                                            \
    elements((tensor), (const double[]){__VA_ARGS__},                                                    \
             (int)(sizeof(const double[]){__VA_ARGS__} / sizeof(double)), __LINE__)

/* ---- source text ---------------------------------------------------------------------------------- */

static void script(void)
{
    RuntimeValue module = rt_torch_jit_script(str("def helper(x, factor: float):\n"
                                                  "    return x * factor\n"
                                                  "def forward(x, factor: float = 2.0):\n"
                                                  "    if bool(x.sum() > 0):\n"
                                                  "        return helper(x, factor)\n"
                                                  "    return -x\n"
                                                  "def parts(x: Tensor, names: List[str]):\n"
                                                  "    return x.sum(), {n: x + len(n) for n in names}\n"));
    CHECK_NO_ERROR();
    RuntimeValue x = numbers((const double[]){1, 2}, 2);
    ELEMENTS(rt_torch_jit_forward(module, x), 2, 4);
    ELEMENTS(rt_torch_jit_forward(module, pair(x, rt_value_float(0.5))), 0.5, 1);
    RuntimeValue minus = numbers((const double[]){-1, -2}, 2);
    ELEMENTS(rt_torch_jit_forward(module, minus), 1, 2);

    /* Several results: a tuple of a tensor and a dict. */
    RuntimeValue parts = rt_torch_jit_call(module, str("parts"), pair(x, pair(str("a"), str("bc"))));
    CHECK_INT(rt_tuple_len(parts), 2);
    CHECK_NEAR(rt_torch_item(rt_tuple_get(parts, 0)), 3, 0);
    RuntimeValue dict = rt_tuple_get(parts, 1);
    CHECK_INT(rt_dict_len(dict), 2);
    rt_torch_free(rt_tuple_get(parts, 0));
    ELEMENTS(rt_dict_get(dict, str("a")), 2, 3);
    ELEMENTS(rt_dict_get(dict, str("bc")), 3, 4);

    CHECK_INT(rt_array_len(rt_torch_jit_method_names(module)), 3);
    CHECK(rt_string_len(rt_torch_jit_graph(module, str("forward"))) > 0);
    CHECK(rt_string_len(rt_torch_jit_code(module, str("forward"))) > 0);

    /* What is wrong is said with its place. */
    CHECK_NIL(rt_torch_jit_script(str("def forward(x):\n    return x + unknown\n")));
    RuntimeValue message = rt_last_error_message();
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)rt_string_len(message), (const char *)rt_string_data(message));
    CHECK(strstr(text, "line 2, column 16: ") != NULL);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_SCRIPT, "rt_torch_jit_script");
    CHECK_INT(rt_torch_jit_define(module, str("def more(x)\n    return x\n")), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_SCRIPT, "rt_torch_jit_define");
    CHECK_INT(rt_array_len(rt_torch_jit_method_names(module)), 3);
    CHECK_NIL(rt_torch_jit_script(rt_value_int(7)));
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_torch_jit_script");

    /* Inputs that do not fit. */
    CHECK_NIL(rt_torch_jit_forward(module, str("x")));
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_torch_jit_forward");
    CHECK_NIL(rt_torch_jit_forward(module, rt_array_new(0)));
    CHECK_LAST_ERROR(RT_ERROR_TORCH, "rt_torch_jit_forward");
    CHECK_NIL(rt_torch_jit_call(module, str("none"), x));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_METHOD, "rt_torch_jit_call");
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_NIL(rt_torch_jit_forward(harness_forged_words[i], x));
        CHECK(rt_last_error_code() != RT_ERROR_NONE);
        rt_last_error_clear();
    }
    rt_torch_free(x);
    rt_torch_free(minus);
    CHECK_INT(rt_torch_jit_free(module), 1);
    CHECK_INT(rt_torch_jit_free(module), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_torch_jit_free");
}

/* ---- traces and archives -------------------------------------------------------------------------- */

static RuntimeValue option(const char *name, RuntimeValue value, RuntimeValue dict)
{
    rt_dict_set(dict, str(name), value);
    return dict;
}

static RuntimeValue network(void)
{
    RuntimeValue linear = option("in_features", rt_value_int(3), rt_dict_new(2));
    linear = rt_torch_module_new(str("Linear"), option("out_features", rt_value_int(2), linear));
    return rt_torch_sequential_new(pair(linear, rt_torch_module_new(str("ReLU"), RT_NIL)));
}

static void traces(void)
{
    RuntimeValue net = network();
    RuntimeValue x = rt_torch_randn(pair(rt_value_int(4), rt_value_int(3)), RT_TORCH_FLOAT32, 0);
    RuntimeValue traced = rt_torch_jit_trace(net, x);
    CHECK_NO_ERROR();
    RuntimeValue wanted = rt_torch_module_forward(net, x);
    RuntimeValue got = rt_torch_jit_forward(traced, x);
    CHECK_INT(rt_torch_allclose(got, wanted, 1e-6, 1e-6), 1);

    /* The parameters are the network's own, so gradients reach them. */
    RuntimeValue named = rt_torch_jit_named_parameters(traced);
    CHECK_INT(rt_dict_len(named), 2);
    RuntimeValue weight = rt_dict_get(named, str("0.weight"));
    RuntimeValue sum = rt_torch_sum(got);
    CHECK_INT(rt_torch_backward(sum), 1);
    RuntimeValue gradient = rt_torch_grad(weight);
    CHECK(gradient != RT_NIL);
    rt_torch_free(gradient);

    /* Through a file, whole or not at all. */
    char path[] = "/tmp/test_torch_jit_XXXXXX";
    int made = mkstemp(path);
    CHECK(made >= 0);
    const uint8_t *bytes = (const uint8_t *)path;
    CHECK_INT(rt_torch_jit_eval(traced), 1);
    CHECK_INT(rt_torch_jit_save(traced, bytes, strlen(path)), 1);
    RuntimeValue loaded = rt_torch_jit_load(bytes, strlen(path));
    CHECK_INT(rt_torch_jit_is_training(loaded), 0);
    RuntimeValue again = rt_torch_jit_forward(loaded, x);
    CHECK_INT(rt_torch_allclose(again, wanted, 0, 0), 1);
    rt_torch_free(again);
    RuntimeValue frozen = rt_torch_jit_freeze(loaded);
    again = rt_torch_jit_forward(frozen, x);
    CHECK_INT(rt_torch_allclose(again, wanted, 1e-6, 1e-6), 1);
    rt_torch_free(again);
    RuntimeValue fast = rt_torch_jit_optimize_for_inference(loaded);
    again = rt_torch_jit_forward(fast, x);
    CHECK_INT(rt_torch_allclose(again, wanted, 1e-5, 1e-5), 1);
    rt_torch_free(again);

    FILE *file = fopen(path, "r+b");
    CHECK(file && fputs("no archive", file) >= 0 && fclose(file) == 0);
    CHECK_NIL(rt_torch_jit_load(bytes, strlen(path)));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_ARCHIVE, "rt_torch_jit_load");
    CHECK(remove(path) == 0);
    CHECK_NIL(rt_torch_jit_load(bytes, strlen(path)));
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_torch_jit_load");
    CHECK_NIL(rt_torch_jit_load(NULL, 3));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_torch_jit_load");
    const char nowhere[] = "/no/such/folder/x.pt";
    CHECK_INT(rt_torch_jit_save(loaded, (const uint8_t *)nowhere, sizeof nowhere - 1), 0);
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_torch_jit_save");

    RuntimeValue tensors[] = {x, wanted, got, sum, weight, rt_dict_get(named, str("0.bias"))};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        CHECK_INT(rt_torch_free(tensors[i]), 1);
    RuntimeValue modules[] = {traced, loaded, frozen, fast};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        CHECK_INT(rt_torch_jit_free(modules[i]), 1);
    CHECK_INT(rt_torch_module_free(net), 1);
}

/* Archives that Python saved, with what Python computes from them. */
static void archives_of_python(void)
{
    static struct fixture_case c;
    char path[1024];
    snprintf(path, sizeof path, "%s/jit.txt", folder);
    fixture_open(&c, path);
    int cases = 0;
    while (next_case(&c)) {
        snprintf(path, sizeof path, "%s/%s", folder, fixture_text(&c, "file"));
        RuntimeValue module = rt_torch_jit_load((const uint8_t *)path, strlen(path));
        CHECK_NO_ERROR();
        bool methods = strcmp(c.name, "methods") == 0;
        RuntimeValue got = rt_torch_jit_forward(module, fixture_tensor(&c, "x"));
        CHECK_INT(rt_torch_allclose(got, fixture_tensor(&c, methods ? "forward" : "y"), 1e-5, 1e-6), 1);
        rt_torch_free(got);
        CHECK_INT(rt_torch_jit_free(module), 1);
        cases++;
    }
    CHECK_INT(cases, 2);
}

/* ---- several threads ------------------------------------------------------------------------------ */

static void *runs(void *argument)
{
    RuntimeValue module = *(RuntimeValue *)argument;
    rt_scope_begin(); /* A scope is of its thread. */
    RuntimeValue x = numbers((const double[]){1, 2, 3}, 3);
    intptr_t wrong = 0;
    for (int i = 0; i < 200; i++) {
        RuntimeValue y = rt_torch_jit_forward(module, x);
        wrong += at(y, 2) != 9;
        rt_torch_free(y);
    }
    rt_torch_free(x);
    rt_scope_end(RT_NIL);
    return (void *)wrong;
}

static void threads(void)
{
    RuntimeValue module = rt_torch_jit_script(str("def forward(x):\n    return x * x\n"));
    pthread_t started[4];
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&started[i], NULL, runs, &module) == 0);
    for (int i = 0; i < 4; i++) {
        void *wrong = NULL;
        CHECK(pthread_join(started[i], &wrong) == 0 && wrong == NULL);
    }
    CHECK_INT(rt_torch_jit_free(module), 1);
}

/* ---- functions with a gradient of their own ------------------------------------------------------- */

/* Both of userdata: how often each ran. */
struct counts {
    int forward, backward, dropped;
};

static RuntimeValue cube(void *userdata, RuntimeValue ctx, RuntimeValue inputs)
{
    ((struct counts *)userdata)->forward++;
    RuntimeValue x = rt_array_get(inputs, 0);
    rt_torch_autograd_context_save_tensor(ctx, x);
    RuntimeValue square = rt_torch_mul(x, x), result = rt_torch_mul(square, x);
    rt_torch_free(square);
    return result;
}

static RuntimeValue cube_backward(void *userdata, RuntimeValue ctx, RuntimeValue grad_outputs)
{
    ((struct counts *)userdata)->backward++;
    RuntimeValue saved = rt_torch_autograd_context_get_saved_tensors(ctx);
    RuntimeValue x = rt_array_get(saved, 0);
    RuntimeValue square = rt_torch_mul(x, x), slope = rt_torch_mul_scalar(square, 3);
    RuntimeValue result = rt_torch_mul(slope, rt_array_get(grad_outputs, 0));
    rt_torch_free(square);
    rt_torch_free(slope);
    rt_torch_free(x);
    return result;
}

static RuntimeValue fails(void *userdata, RuntimeValue ctx, RuntimeValue inputs)
{
    (void)userdata, (void)ctx, (void)inputs;
    /* The error of a call that failed becomes the error of the function. */
    return rt_torch_add(RT_NIL, RT_NIL);
}

static void dropped(void *userdata) { ((struct counts *)userdata)->dropped++; }

static void custom_functions(void)
{
    struct counts counts = {0, 0, 0};
    RuntimeValue function = rt_torch_autograd_function_new_with(cube, cube_backward, &counts, dropped);
    RuntimeValue x = numbers((const double[]){1, -2}, 2);
    CHECK_INT(rt_torch_requires_grad_(x, 1), 1);
    RuntimeValue y = rt_torch_autograd_function_apply(function, one(x));
    CHECK_NO_ERROR();
    RuntimeValue sum = rt_torch_sum(y);
    CHECK_INT(rt_torch_backward(sum), 1);
    ELEMENTS(rt_torch_grad(x), 3, 12);
    CHECK_INT(counts.forward, 1);
    CHECK_INT(counts.backward, 1);
    ELEMENTS(y, 1, -8);
    rt_torch_free(sum);
    CHECK_INT(rt_torch_autograd_function_free(function), 1);
    CHECK_INT(counts.dropped, 1);

    function = rt_torch_autograd_function_new_with(fails, cube_backward, &counts, dropped);
    CHECK_NIL(rt_torch_autograd_function_apply(function, one(x)));
    CHECK_ERROR(RT_ERROR_WRONG_TYPE);
    CHECK_INT(rt_torch_autograd_function_free(function), 1);
    CHECK_NIL(rt_torch_autograd_function_new_with(NULL, cube_backward, &counts, dropped));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_torch_autograd_function_new_with");
    CHECK_INT(counts.dropped, 3);
    CHECK_NIL(rt_torch_autograd_function_new(0, 0));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_torch_autograd_function_new");
    rt_torch_free(x);
}

static RuntimeValue deep(void *userdata, RuntimeValue inputs)
{
    ((struct counts *)userdata)->forward++;
    RuntimeValue x = rt_array_get(inputs, 0);
    RuntimeValue dropped = rt_torch_dropout(x, 0.5, 1), result = rt_torch_exp(dropped);
    rt_torch_free(dropped);
    return result;
}

static void checkpoints(void)
{
    struct counts counts = {0, 0, 0};
    RuntimeValue x = numbers((const double[]){1, 2, 3, 4, 5, 6, 7, 8}, 8);
    CHECK_INT(rt_torch_requires_grad_(x, 1), 1);
    rt_torch_manual_seed(3);
    RuntimeValue thinned = rt_torch_dropout(x, 0.5, 1), plain = rt_torch_exp(thinned);
    rt_torch_manual_seed(3);
    RuntimeValue y = rt_torch_checkpoint_with(deep, one(x), &counts, dropped);
    CHECK_NO_ERROR();
    CHECK_INT(counts.forward, 1);
    CHECK_INT(rt_torch_allclose(y, plain, 0, 0), 1);
    rt_torch_free(thinned);
    rt_torch_free(plain);
    RuntimeValue sum = rt_torch_sum(y);
    CHECK_INT(rt_torch_backward(sum), 1);
    CHECK_INT(counts.forward, 2);

    /* The gradient of e^(2x) where the dropout let x through is twice the result, and 0 where not. */
    RuntimeValue gradient = rt_torch_grad(x);
    for (int64_t i = 0; i < 8; i++)
        CHECK_NEAR(at(gradient, i), at(y, i) == 1 ? 0 : 2 * at(y, i), 1e-3 * at(y, i));
    rt_torch_free(y);
    rt_torch_free(sum);
    CHECK_INT(counts.dropped, 1);
    CHECK_NIL(rt_torch_checkpoint_with(NULL, one(x), &counts, dropped));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_torch_checkpoint_with");
    rt_torch_free(gradient);
    rt_torch_free(x);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        folder = argv[1];
    void (*const parts[])(void) = {script, traces, archives_of_python, threads, custom_functions, checkpoints};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        rt_scope_begin();
        parts[i]();
        rt_scope_end(RT_NIL);
    }
    return harness_report("torch_jit");
}
