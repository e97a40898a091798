/*
 * Modules from C: every class against the fixtures that PyTorch in Python wrote (initialisation, results,
 * gradients, buffers), containers, saving and loading, attention, errors. The folder of the fixtures is the
 * first argument.
 */
#include "harness.h"

#include "fixtures.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_OUTPUTS = 4, MOST_INPUTS = 4 };

static const char *folder = "crates/runtime-torch/tests/fixtures";

static RuntimeValue text(const char *from, size_t length)
{
    return rt_string_new((const uint8_t *)from, (uint64_t)length);
}

static RuntimeValue list_of_ints(const char *at)
{
    RuntimeValue array = rt_array_new(4);
    while (*at && *at != ' ') {
        if (strncmp(at, "None", 4) == 0) {
            rt_array_push(array, rt_value_nil());
            at += 4;
        } else {
            char *end = NULL;
            rt_array_push(array, rt_value_int(strtoll(at, &end, 10)));
            at = end;
        }
        if (*at == ',')
            at++;
    }
    return array;
}

/* The options in "name:type:value" words, as a dict, which the caller frees with rt_value_free. */
static RuntimeValue read_options(const char *words)
{
    RuntimeValue dict = rt_dict_new(8);
    const char *at = words ? words : "";
    while (*at) {
        const char *kind = strchr(at, ':') + 1;
        const char *value = kind + 2;
        size_t length = strcspn(value, " ");
        RuntimeValue word = rt_value_nil();
        switch (*kind) {
        case 'i': word = rt_value_int(strtoll(value, NULL, 10)); break;
        case 'f': word = rt_value_float(strtod(value, NULL)); break;
        case 'b': word = rt_value_bool(*value == '1'); break;
        case 's': word = text(value, length); break;
        case 't': word = list_of_ints(value); break;
        default: break;
        }
        rt_dict_set(dict, text(at, (size_t)(kind - 1 - at)), word);
        at = value + length;
        while (*at == ' ')
            at++;
    }
    return dict;
}

static const char *after(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

static void close_to(const struct fixture_case *c, const char *part, RuntimeValue actual, RuntimeValue wanted,
                     double relative, double absolute)
{
    int same = rt_torch_allclose(actual, wanted, relative, absolute) != 0;
    if (!same)
        fprintf(stderr, "%s: %s differs\n", c->name, part);
    CHECK(same);
}

/* Compares the tensors of the case that start with `prefix` with those of a dict of handles, which it frees. */
static void same_tensors(const struct fixture_case *c, const char *prefix, RuntimeValue dict, double relative,
                         double absolute)
{
    int64_t count = 0;
    for (int i = 0; i < c->tensor_count; i++) {
        const char *name = after(c->tensors[i].name, prefix);
        if (!name)
            continue;
        count++;
        RuntimeValue key = text(name, strlen(name));
        close_to(c, c->tensors[i].name, rt_dict_get(dict, key), c->tensors[i].tensor, relative, absolute);
        rt_value_free(key);
    }
    RuntimeValue values = rt_dict_values(dict);
    CHECK_INT(rt_array_len(values), count);
    for (int64_t i = 0; i < rt_array_len(values); i++)
        CHECK_INT(rt_torch_free(rt_array_get(values, i)), 1);
    rt_value_free(values);
    rt_value_free(dict);
}

static void check_gradients(const struct fixture_case *c, RuntimeValue module, const RuntimeValue *inputs)
{
    RuntimeValue parameters = rt_torch_module_named_parameters(module);
    for (int i = 0; i < c->tensor_count; i++) {
        const char *at = after(c->tensors[i].name, "grad.input.");
        const char *name = after(c->tensors[i].name, "grad.param.");
        RuntimeValue owner = rt_value_nil();
        if (at) {
            owner = inputs[atoi(at)];
        } else if (name) {
            RuntimeValue key = text(name, strlen(name));
            owner = rt_dict_get(parameters, key);
            rt_value_free(key);
        } else {
            continue;
        }
        RuntimeValue gradient = rt_torch_grad(owner);
        close_to(c, c->tensors[i].name, gradient, c->tensors[i].tensor, 1e-4, 5e-6);
        rt_torch_free(gradient);
    }
    RuntimeValue values = rt_dict_values(parameters);
    for (int64_t i = 0; i < rt_array_len(values); i++)
        rt_torch_free(rt_array_get(values, i));
    rt_value_free(values);
    rt_value_free(parameters);
}

static void check_case(const struct fixture_case *c)
{
    const char *words = fixture_text(c, "options");
    const char *keywords = fixture_text(c, "forward");
    const char *class = fixture_text(c, "class");
    int64_t seed = (int64_t)fixture_number(c, "seed");
    /* What works in place needs inputs that are no leaves, and sparse gradients cannot be compared: the
     * tests in Rust have both. */
    if (words && (strstr(words, "inplace:b:1") || strstr(words, "sparse:b:1")))
        return;

    RuntimeValue options = read_options(words);
    RuntimeValue kind = str(class);
    rt_torch_manual_seed(seed);
    RuntimeValue module = rt_torch_module_new(kind, options);
    rt_value_free(options);
    rt_value_free(kind);
    CHECK(module != RT_NIL);
    if (module == RT_NIL) {
        fprintf(stderr, "%s: no module\n", c->name);
        return;
    }
    same_tensors(c, "param.", rt_torch_module_state_dict(module), 0, 0);
    CHECK_INT(fixture_number(c, "train") != 0 ? rt_torch_module_train(module) : rt_torch_module_eval(module), 1);

    RuntimeValue inputs[MOST_INPUTS], gradients[MOST_OUTPUTS] = {0}, wanted[MOST_OUTPUTS] = {0};
    int input_count = 0, output_count = 0;
    RuntimeValue list = rt_array_new(4), forward = read_options(keywords);
    for (int i = 0; i < c->tensor_count; i++) {
        const char *name = c->tensors[i].name, *part = NULL;
        RuntimeValue tensor = c->tensors[i].tensor;
        if (after(name, "input.")) {
            RuntimeValue input = rt_torch_clone(tensor);
            if (rt_torch_dtype(input) == RT_TORCH_FLOAT32) {
                RuntimeValue leaf = rt_torch_set_requires_grad(input, 1);
                rt_torch_free(input);
                input = leaf;
            }
            inputs[input_count++] = input;
            rt_array_push(list, input);
        } else if ((part = after(name, "mask."))) {
            rt_dict_set(forward, text(part, strlen(part)), tensor);
        } else if ((part = after(name, "output."))) {
            wanted[output_count++] = tensor;
        } else if ((part = after(name, "gradient."))) {
            gradients[atoi(part)] = tensor;
        }
    }
    rt_torch_manual_seed(seed);
    RuntimeValue result = rt_torch_module_forward_with(module, list, forward);
    CHECK(result != RT_NIL);
    int several = rt_tuple_len(result) > 0;
    rt_last_error_clear();
    for (int i = 0; i < output_count; i++) {
        RuntimeValue output = several ? rt_tuple_get(result, i) : result;
        close_to(c, "output", output, wanted[i], 1e-5, 2e-6);
        if (gradients[i])
            CHECK_INT(rt_torch_backward_with(output, gradients[i], 1, 0), 1);
    }
    check_gradients(c, module, inputs);
    same_tensors(c, "buffer.", rt_torch_module_buffers(module), 1e-5, 1e-6);

    for (int i = 0; i < output_count; i++)
        CHECK_INT(rt_torch_free(several ? rt_tuple_get(result, i) : result), 1);
    for (int i = 0; i < input_count; i++)
        CHECK_INT(rt_torch_free(inputs[i]), 1);
    CHECK_INT(rt_torch_module_free(module), 1);
    rt_value_free(list);
    rt_value_free(forward);
}

static void check_file(const char *name)
{
    char path[1024];
    struct fixture_case c;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    fixture_open(&c, path);
    while (next_case(&c)) {
        /* The scope takes the keys, lists and options that a case makes. */
        rt_scope_begin();
        check_case(&c);
        rt_scope_end(rt_value_nil());
    }
}

static void free_tensors(RuntimeValue array)
{
    for (int64_t i = 0; i < rt_array_len(array); i++)
        CHECK_INT(rt_torch_free(rt_array_get(array, i)), 1);
    rt_value_free(array);
}

static void containers_and_state(void)
{
    RuntimeValue modules = rt_array_new(3), kind = str("ReLU");
    RuntimeValue first = rt_torch_linear_new(4, 8, 1);
    RuntimeValue relu = rt_torch_module_new(kind, rt_value_nil());
    RuntimeValue last = rt_torch_linear_new(8, 2, 0);
    rt_array_push(modules, first);
    rt_array_push(modules, relu);
    rt_array_push(modules, last);
    RuntimeValue net = rt_torch_sequential_new(modules);
    CHECK_INT(rt_torch_module_free(first), 1);
    CHECK_INT(rt_torch_module_free(relu), 1);
    CHECK_INT(rt_torch_module_free(last), 1);
    CHECK_INT(rt_torch_module_param_count(net), 4 * 8 + 8 + 8 * 2);
    RuntimeValue shown = rt_torch_module_repr(net);
    CHECK_STR(shown, "Sequential(\n  (0): Linear(in_features=4, out_features=8, bias=True)\n  (1): ReLU()\n"
                     "  (2): Linear(in_features=8, out_features=2, bias=False)\n)");
    RuntimeValue parameters = rt_torch_module_parameters(net);
    CHECK_INT(rt_array_len(parameters), 3);
    free_tensors(parameters);

    RuntimeValue copy = rt_torch_module_clone(net), state = rt_torch_module_state_dict(net);
    RuntimeValue report = rt_torch_module_load_state_dict(copy, state, 1);
    CHECK_INT(rt_tuple_len(report), 2);
    CHECK_NIL(rt_torch_module_load_state_dict(copy, rt_value_nil(), 1));
    CHECK_ERROR(RT_ERROR_WRONG_TYPE);
    CHECK_NIL(rt_torch_module_forward(net, net));
    CHECK_LAST_ERROR(RT_ERROR_WRONG_KIND, "rt_torch_module_forward");
    free_tensors(rt_dict_values(state));
    CHECK_INT(rt_torch_module_free(copy), 1);
    CHECK_INT(rt_torch_module_free(net), 1);
    CHECK_INT(rt_torch_module_free(net), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    RuntimeValue unknown = str("Conv4d");
    CHECK_NIL(rt_torch_module_new(unknown, rt_value_nil()));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_OPTION, "rt_torch_module_new");
    for (size_t i = 0; i < sizeof harness_forged_words / sizeof *harness_forged_words; i++) {
        RuntimeValue forged = harness_forged_words[i];
        CHECK_NIL(rt_torch_module_forward(forged, forged));
        CHECK_NIL(rt_torch_sequential_new(forged));
        CHECK_INT(rt_torch_module_train(forged), 0);
    }
    rt_last_error_clear();
    rt_value_free(unknown);
    rt_value_free(kind);
    rt_value_free(modules);
    rt_value_free(shown);
    rt_value_free(state);
}

int main(int argc, char **argv)
{
    static const char *const files[] = {
        "nn_simple.txt",    "nn_conv.txt",      "nn_pool.txt",        "nn_norm.txt",
        "nn_recurrent.txt", "nn_attention.txt", "nn_transformer.txt",
    };
    if (argc > 1)
        folder = argv[1];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        check_file(files[i]);
    rt_scope_begin();
    containers_and_state();
    rt_scope_end(rt_value_nil());
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_MODULE, 0);
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_TENSOR, 0);
    return harness_report("torch_nn");
}
