/*
 * Modules from C as ONNX models: written, checked, run on ONNX Runtime with what the module itself gives, and
 * what cannot be written. ONNX Runtime must be there (cargo xtask onnxruntime).
 */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */

#include "harness.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/simple-onnx-export-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int64_t export_to(const char *path, RuntimeValue module, RuntimeValue input, RuntimeValue options)
{
    return rt_torch_onnx_export_with(module, input, (const uint8_t *)path, strlen(path), options);
}

static RuntimeValue random_tensor(int64_t rows, int64_t columns)
{
    RuntimeValue tensor = rt_torch_randn_2d(rows, columns, RT_TORCH_FLOAT32, 0);
    CHECK_NO_ERROR();
    return tensor;
}

static RuntimeValue layer(const char *class, int64_t in, int64_t out)
{
    RuntimeValue options = rt_dict_new(2);
    if (in)
        rt_dict_set(options, str("in_features"), rt_value_int(in));
    if (out)
        rt_dict_set(options, str("out_features"), rt_value_int(out));
    RuntimeValue module = rt_torch_module_new(str(class), options);
    CHECK_NO_ERROR();
    return module;
}

static RuntimeValue network(void)
{
    RuntimeValue parts = rt_array_new(3);
    rt_array_push(parts, layer("Linear", 4, 8));
    rt_array_push(parts, layer("Tanh", 0, 0));
    rt_array_push(parts, layer("Linear", 8, 2));
    RuntimeValue options = rt_dict_new(1);
    rt_dict_set(options, str("modules"), parts);
    RuntimeValue module = rt_torch_module_new(str("Sequential"), options);
    CHECK_NO_ERROR();
    for (int64_t i = 0; i < 3; i++)
        CHECK_INT(rt_torch_module_free(rt_array_get(parts, i)), 1);
    return module;
}

/* The file gives what the module gives, for a batch that is another one than that of the trace. */
static void run_again(const char *path, RuntimeValue module)
{
    CHECK_INT(rt_torch_onnx_check((const uint8_t *)path, strlen(path)), 1);
    CHECK_NO_ERROR();
    RuntimeValue session = rt_torch_onnx_load((const uint8_t *)path, strlen(path));
    CHECK_NO_ERROR();
    RuntimeValue input = random_tensor(7, 4);
    RuntimeValue wanted = rt_torch_module_forward(module, input);
    RuntimeValue result = rt_torch_onnx_run(session, input);
    CHECK_NO_ERROR();
    CHECK(rt_torch_allclose(result, wanted, 1e-5, 1e-6) == 1);
    CHECK_INT(rt_torch_free(result), 1);
    CHECK_INT(rt_torch_free(wanted), 1);
    CHECK_INT(rt_torch_free(input), 1);
    CHECK_INT(rt_torch_onnx_free(session), 1);
}

static void modules(void)
{
    RuntimeValue module = network(), input = random_tensor(2, 4);
    const char *path = path_of("network.onnx");
    CHECK_INT(rt_torch_onnx_export(module, input, (const uint8_t *)path, strlen(path)), 1);
    CHECK_NO_ERROR();
    run_again(path, module);

    RuntimeValue traced = rt_torch_jit_trace(module, input);
    CHECK_NO_ERROR();
    CHECK_INT(export_to(path, traced, input, RT_NIL), 1);
    CHECK_NO_ERROR();
    run_again(path, module);
    CHECK_INT(rt_torch_jit_free(traced), 1);

    /* Names, a named axis, another opset. */
    RuntimeValue names = rt_array_new(1), axes = rt_dict_new(1), dims = rt_dict_new(1);
    rt_array_push(names, str("rows"));
    rt_dict_set(dims, rt_value_int(0), str("count"));
    rt_dict_set(axes, str("rows"), dims);
    RuntimeValue options = rt_dict_new(3);
    rt_dict_set(options, str("input_names"), names);
    rt_dict_set(options, str("dynamic_axes"), axes);
    rt_dict_set(options, str("opset_version"), rt_value_int(17));
    CHECK_INT(export_to(path, module, input, options), 1);
    CHECK_NO_ERROR();
    run_again(path, module);

    CHECK_INT(unlink(path), 0);
    CHECK_INT(rt_torch_free(input), 1);
    CHECK_INT(rt_torch_module_free(module), 1);
}

static void bad_input(void)
{
    RuntimeValue module = network(), input = random_tensor(2, 4), wrong = random_tensor(2, 3);
    const char *path = path_of("bad.onnx");
    CHECK_INT(export_to(path, RT_NIL, input, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_torch_onnx_export_with");
    CHECK_INT(export_to(path, input, input, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_KIND, "rt_torch_onnx_export_with");
    CHECK_INT(export_to(path, module, RT_NIL, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_ONNX_EXPORT, "rt_torch_onnx_export_with");
    CHECK_INT(export_to(path, module, wrong, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH, "rt_torch_onnx_export_with");
    CHECK_INT(export_to("", module, input, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_onnx_export_with");
    CHECK_INT(rt_torch_onnx_export(module, input, NULL, 3), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_torch_onnx_export");
    CHECK_INT(export_to(path_of("no/bad.onnx"), module, input, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_SYSTEM, "rt_torch_onnx_export_with");
    RuntimeValue options = rt_dict_new(1);
    rt_dict_set(options, str("opset"), rt_value_int(17));
    CHECK_INT(export_to(path_of("bad.onnx"), module, input, options), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_OPTION, "rt_torch_onnx_export_with");

    RuntimeValue script = rt_torch_jit_script(str("def forward(x):\n    return torch.linalg_inv(x)\n"));
    CHECK_NO_ERROR();
    RuntimeValue square = random_tensor(3, 3);
    CHECK_INT(export_to(path_of("bad.onnx"), script, square, RT_NIL), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_ONNX_OPERATOR, "rt_torch_onnx_export_with");
    CHECK(access(path_of("bad.onnx"), F_OK) != 0);

    CHECK_INT(rt_torch_jit_free(script), 1);
    CHECK_INT(rt_torch_free(square), 1);
    CHECK_INT(rt_torch_free(wrong), 1);
    CHECK_INT(rt_torch_free(input), 1);
    CHECK_INT(rt_torch_module_free(module), 1);
}

int main(void)
{
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    /* Texts, arrays and dicts end with the scope. */
    rt_scope_begin();
    modules();
    bad_input();
    rt_scope_end(RT_NIL);
    CHECK_INT(rt_torch_live_count(), 0);
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_JIT_MODULE, 0);
    CHECK_INT(rmdir(folder), 0);
    return harness_report("torch onnx export");
}
