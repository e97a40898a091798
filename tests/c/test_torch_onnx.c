/*
 * ONNX models from C: checked, loaded, asked what they are, and run on ONNX Runtime, against what Python's
 * onnxruntime gives. The folder of the fixtures is the first argument. ONNX Runtime must be there
 * (cargo xtask onnxruntime).
 */
#include "harness.h"

#include "fixtures.h"

#include <stdlib.h>

static const char *folder = "crates/runtime-torch/tests/fixtures";

static const char *path_of(const char *model)
{
    static char path[1200];
    snprintf(path, sizeof path, "%s/onnx/%s.onnx", folder, model);
    return path;
}

static RuntimeValue load(const char *model, RuntimeValue options)
{
    const char *path = path_of(model);
    RuntimeValue session = rt_torch_onnx_load_with((const uint8_t *)path, strlen(path), options);
    if (session == RT_NIL) {
        RuntimeValue why = rt_last_error_message();
        fprintf(stderr, "%s: %.*s\n", path, (int)rt_string_len(why), (const char *)rt_string_data(why));
        exit(1);
    }
    return session;
}

static int64_t check(const char *model)
{
    const char *path = path_of(model);
    return rt_torch_onnx_check((const uint8_t *)path, strlen(path));
}

/* One case: the inputs by name, the results in order. */
static void run_case(const struct fixture_case *c)
{
    RuntimeValue session = load(fixture_text(c, "model"), RT_NIL);
    RuntimeValue inputs = rt_dict_new(4);
    int first = 0;
    while (strncmp(c->tensors[first].name, "in.", 3) == 0) {
        rt_dict_set(inputs, str(c->tensors[first].name + 3), c->tensors[first].tensor);
        first++;
    }
    RuntimeValue result = rt_torch_onnx_run(session, inputs);
    CHECK_NO_ERROR();
    bool several = first + 1 < c->tensor_count;
    for (int i = first; i < c->tensor_count; i++) {
        RuntimeValue one = several ? rt_tuple_get(result, (uint64_t)(i - first)) : result;
        int same = rt_torch_allclose(one, c->tensors[i].tensor, 1e-5, 1e-6) == 1;
        if (!same)
            fprintf(stderr, "%s: %s differs\n", c->name, c->tensors[i].name);
        CHECK(same);
        CHECK_INT(rt_torch_free(one), 1);
    }
    if (several)
        rt_value_free(result);
    rt_value_free_deep(rt_dict_keys(inputs));
    rt_value_free(inputs);
    CHECK_INT(rt_torch_onnx_free(session), 1);
}

static void models(void)
{
    static struct fixture_case c;
    char path[1200];
    snprintf(path, sizeof path, "%s/onnx.txt", folder);
    fixture_open(&c, path);
    int right = 0, wrong = 0;
    while (next_case(&c)) {
        const char *model = fixture_text(&c, "model");
        if (!model) {
            CHECK_INT(check(c.name), 0);
            CHECK_LAST_ERROR(RT_ERROR_TORCH_ONNX_MODEL, "rt_torch_onnx_check");
            wrong++;
        } else if (strcmp(model, "strings") != 0 && strcmp(model, "sequence") != 0) {
            CHECK_INT(check(model), 1);
            run_case(&c);
            right++;
        }
    }
    CHECK(right > 10 && wrong > 50);
}

static RuntimeValue under(RuntimeValue dict, const char *key)
{
    RuntimeValue name = str(key);
    RuntimeValue value = rt_dict_get(dict, name);
    rt_value_free(name);
    return value;
}

static RuntimeValue zeros(int64_t rows, int64_t columns)
{
    RuntimeValue shape = rt_array_new(2);
    rt_array_push(shape, rt_value_int(rows));
    rt_array_push(shape, rt_value_int(columns));
    RuntimeValue tensor = rt_torch_zeros(shape, RT_TORCH_FLOAT32, 0);
    rt_value_free(shape);
    return tensor;
}

static void what_a_model_is(void)
{
    RuntimeValue options = rt_dict_new(1);
    rt_dict_set(options, str("intra_op_num_threads"), rt_value_int(1));
    RuntimeValue session = load("mlp", options);
    RuntimeValue inputs = rt_torch_onnx_inputs(session);
    CHECK_INT(rt_array_len(inputs), 1);
    RuntimeValue x = rt_array_get(inputs, 0);
    CHECK_STR(under(x, "name"), "x");
    CHECK_INT(rt_value_as_int(under(x, "dtype")), RT_TORCH_FLOAT32);
    CHECK_STR(rt_array_get(under(x, "shape"), 0), "batch");
    CHECK_INT(rt_value_as_int(rt_array_get(under(x, "shape"), 1)), 4);
    RuntimeValue outputs = rt_torch_onnx_outputs(session);
    CHECK_STR(under(rt_array_get(outputs, 0), "name"), "y");
    RuntimeValue about = rt_torch_onnx_metadata(session);
    CHECK_STR(under(about, "producer_name"), "make_onnx");
    CHECK_STR(under(under(about, "properties"), "classes"), "a,b,c");
    CHECK_INT(rt_value_as_int(under(under(about, "opsets"), "")), 20);

    RuntimeValue tensor = zeros(3, 4);
    RuntimeValue result = rt_torch_onnx_run(session, tensor);
    CHECK_INT(rt_torch_numel(result), 9);
    CHECK_INT(rt_torch_free(result), 1);
    RuntimeValue name = str("y");
    result = rt_torch_onnx_run_with(session, tensor, name);
    CHECK_INT(rt_torch_numel(result), 9);
    CHECK_INT(rt_torch_free(result), 1);
    CHECK_NO_ERROR();

    RuntimeValue narrow = zeros(3, 5);
    CHECK_NIL(rt_torch_onnx_run(session, narrow));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_ONNX, "rt_torch_onnx_run");
    CHECK_NIL(rt_torch_onnx_run(session, RT_NIL));
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_torch_onnx_run");
    rt_torch_free(narrow);
    rt_torch_free(tensor);
    CHECK_INT(rt_torch_onnx_free(session), 1);
    CHECK_INT(rt_torch_onnx_free(session), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_torch_onnx_free");
    RuntimeValue made[] = {options, inputs, outputs, about, name};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        rt_value_free_deep(made[i]);
}

static void what_is_wrong(void)
{
    CHECK_NIL(rt_torch_onnx_load(NULL, 0));
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_onnx_load");
    CHECK_INT(rt_torch_onnx_check(NULL, 0), 0);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_onnx_check");
    const char *nowhere = path_of("nowhere");
    CHECK_NIL(rt_torch_onnx_load((const uint8_t *)nowhere, strlen(nowhere)));
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_torch_onnx_load");
    RuntimeValue options = rt_dict_new(1);
    rt_dict_set(options, str("threads"), rt_value_int(1));
    const char *path = path_of("mlp");
    CHECK_NIL(rt_torch_onnx_load_with((const uint8_t *)path, strlen(path), options));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_OPTION, "rt_torch_onnx_load_with");
    rt_value_free_deep(options);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        folder = argv[1];
    models();
    what_a_model_is();
    what_is_wrong();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("torch_onnx");
}
