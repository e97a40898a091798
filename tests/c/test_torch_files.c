/*
 * Model files from C: what Python wrote is what the fixtures say, what is written is read again, and what is
 * no plain data is refused. The folder of the fixtures is the first argument.
 */
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include "fixtures.h"

#include <stdlib.h>
#include <unistd.h>

static const char *folder = "crates/runtime-torch/tests/fixtures";
static char scratch[] = "/tmp/test_torch_files_XXXXXX";

static RuntimeValue load(const char *path)
{
    return rt_torch_load((const uint8_t *)path, strlen(path));
}

static RuntimeValue load_fixture(const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/files/%s", folder, name);
    return load(path);
}

static const char *scratch_path(const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    return path;
}

static RuntimeValue under(RuntimeValue dict, const char *name)
{
    RuntimeValue key = str(name);
    RuntimeValue value = rt_dict_get(dict, key);
    rt_value_free(key);
    return value;
}

/* Frees the tensors in a value, but not what holds them. */
static void discard(RuntimeValue value)
{
    if (rt_dict_len(value) >= 0) {
        RuntimeValue values = rt_dict_values(value);
        for (int64_t i = 0; i < rt_array_len(values); i++)
            discard(rt_array_get(values, i));
        rt_value_free(values);
    } else if (rt_array_len(value) >= 0) {
        for (int64_t i = 0; i < rt_array_len(value); i++)
            discard(rt_array_get(value, i));
    } else if (rt_value_is_int(value)) {
        rt_torch_free(value);
    }
    /* What is none of these, and an int that is no tensor, left an error. */
    rt_last_error_clear();
}

static void discard_all(RuntimeValue value)
{
    discard(value);
    if (rt_value_is_heap(value))
        rt_value_free_deep(value);
}

static void same(const char *what, RuntimeValue actual, RuntimeValue wanted)
{
    int equal = rt_torch_allclose(actual, wanted, 0, 0) != 0;
    if (!equal)
        fprintf(stderr, "%s differs\n", what);
    CHECK(equal);
}

static void python_files_are_read(void)
{
    struct fixture_case c;
    char path[1024];
    snprintf(path, sizeof path, "%s/files.txt", folder);
    fixture_open(&c, path);
    int cases = 0;
    while (next_case(&c)) {
        snprintf(path, sizeof path, "%s.pt", c.name);
        RuntimeValue value = load_fixture(path);
        CHECK_NO_ERROR();
        for (int i = 0; i < c.tensor_count; i++) {
            const char *name = c.tensors[i].name;
            RuntimeValue found = value;
            if (strcmp(c.name, "optimizer") == 0) {
                /* The keys of the state are ints: "0.exp_avg". */
                RuntimeValue kept = rt_dict_get(under(value, "state"), rt_value_int(atoi(name)));
                found = under(kept, strchr(name, '.') + 1);
            } else if (strcmp(c.name, "single") != 0) {
                found = under(value, name);
            }
            same(name, found, c.tensors[i].tensor);
        }
        discard_all(value);
        cases++;
    }
    CHECK_INT(cases, 4);
}

static RuntimeValue tensor_of(const float *data, int64_t count)
{
    RuntimeValue shape = rt_array_new(1);
    rt_array_push(shape, rt_value_int(count));
    RuntimeValue tensor =
        rt_torch_tensor_from_buffer(data, (uint64_t)count * sizeof *data, shape, RT_TORCH_FLOAT32, 0);
    rt_value_free(shape);
    return tensor;
}

/* The state of a layer and of its optimizer, and where the training was. */
static void a_checkpoint_goes_both_ways(void)
{
    const char *path = scratch_path("checkpoint.pt");
    RuntimeValue layer = rt_torch_linear_new(3, 2, 1);
    RuntimeValue parameters = rt_torch_module_parameters(layer);
    RuntimeValue name = str("Adam");
    RuntimeValue adam = rt_torch_optimizer_new(name, parameters, RT_NIL);
    CHECK_INT(rt_torch_optimizer_step(adam), 1);
    RuntimeValue checkpoint = rt_dict_new(3);
    rt_dict_set(checkpoint, str("model"), rt_torch_module_state_dict(layer));
    rt_dict_set(checkpoint, str("optimizer"), rt_torch_optimizer_state_dict(adam));
    rt_dict_set(checkpoint, str("epoch"), rt_value_int(7));
    CHECK_INT(rt_torch_save(checkpoint, (const uint8_t *)path, strlen(path)), 1);
    CHECK_NO_ERROR();

    RuntimeValue loaded = load(path);
    CHECK_WORD(under(loaded, "epoch"), rt_value_int(7));
    RuntimeValue weight = under(under(loaded, "model"), "weight");
    same("weight", weight, under(under(checkpoint, "model"), "weight"));
    RuntimeValue names = rt_torch_module_load_state_dict(layer, under(loaded, "model"), 1);
    CHECK(names != RT_NIL);
    CHECK_INT(rt_torch_optimizer_load_state_dict(adam, under(loaded, "optimizer")), 1);
    CHECK_NO_ERROR();

    /* The handle of a module is no number. */
    CHECK_INT(rt_torch_save(layer, (const uint8_t *)path, strlen(path)), 0);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_KIND, "rt_torch_save");
    RuntimeValue again = load(path);
    CHECK_WORD(under(again, "epoch"), rt_value_int(7));

    rt_value_free_deep(names);
    discard_all(again);
    discard_all(loaded);
    discard_all(checkpoint);
    discard_all(parameters);
    rt_value_free(name);
    rt_torch_optimizer_free(adam);
    rt_torch_module_free(layer);
}

static void options_are_known(void)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/files/single.pt", folder);
    const uint64_t length = strlen(path);
    RuntimeValue options = rt_dict_new(1);
    RuntimeValue name = str("map_location");
    rt_dict_set(options, name, rt_value_int(0));
    RuntimeValue tensor = rt_torch_load_with((const uint8_t *)path, length, options);
    CHECK_INT(rt_torch_device(tensor), 0);
    rt_torch_free(tensor);
    rt_dict_set(options, name, rt_value_int(1000));
    CHECK_NIL(rt_torch_load_with((const uint8_t *)path, length, options));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DEVICE, "rt_torch_load_with");
    rt_value_free_deep(options);
}

static void safetensors_go_both_ways(void)
{
    const char *path = scratch_path("weights.safetensors");
    const uint8_t *bytes = (const uint8_t *)path;
    const uint64_t length = strlen(path);
    const float numbers[] = {1, -2, 3.5f};
    RuntimeValue dict = rt_dict_new(1), metadata = rt_dict_new(1);
    rt_dict_set(dict, str("x"), tensor_of(numbers, 3));
    rt_dict_set(metadata, str("by"), str("C"));
    CHECK_INT(rt_torch_safetensors_save(dict, bytes, length), 1);
    RuntimeValue texts = rt_torch_safetensors_metadata(bytes, length);
    CHECK_INT(rt_dict_len(texts), 0);
    rt_value_free_deep(texts);
    CHECK_INT(rt_torch_safetensors_save_with(dict, bytes, length, metadata), 1);
    texts = rt_torch_safetensors_metadata(bytes, length);
    CHECK_STR(under(texts, "by"), "C");
    rt_value_free_deep(texts);
    RuntimeValue loaded = rt_torch_safetensors_load(bytes, length);
    same("x", under(loaded, "x"), under(dict, "x"));
    discard_all(loaded);
    loaded = rt_torch_safetensors_load_with(bytes, length, RT_NIL);
    same("x", under(loaded, "x"), under(dict, "x"));
    discard_all(loaded);
    CHECK_INT(rt_torch_safetensors_save(rt_value_int(1), bytes, length), 0);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_torch_safetensors_save");
    CHECK_NIL(load(path));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_FILE, "rt_torch_load");
    discard_all(dict);
    rt_value_free_deep(metadata);
}

static void what_is_no_plain_data_is_refused(void)
{
    static const struct {
        const char *name;
        int64_t code;
    } files[] = {
        {"code.pt", RT_ERROR_TORCH_FILE_GLOBAL}, {"module.pt", RT_ERROR_TORCH_FILE_GLOBAL},
        {"legacy.pt", RT_ERROR_TORCH_FILE},      {"script.pt", RT_ERROR_TORCH_FILE},
        {"uint16.pt", RT_ERROR_TORCH_DTYPE},     {"missing.pt", RT_ERROR_SYSTEM},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        CHECK_NIL(load_fixture(files[i].name));
        CHECK_LAST_ERROR(files[i].code, "rt_torch_load");
    }
    CHECK_NIL(rt_torch_load(NULL, 4));
    CHECK_ERROR(RT_ERROR_NULL_POINTER);
    CHECK_NIL(rt_torch_load(NULL, 0));
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    CHECK_NIL(rt_torch_safetensors_load(NULL, 4));
    CHECK_ERROR(RT_ERROR_NULL_POINTER);
    CHECK_NIL(rt_torch_safetensors_metadata((const uint8_t *)"/", 1));
    CHECK_ERROR(RT_ERROR_INVALID_ARGUMENT);
    const float number = 1;
    RuntimeValue tensor = tensor_of(&number, 1);
    CHECK_INT(rt_torch_save(tensor, (const uint8_t *)"/no/such/folder/x", 17), 0);
    CHECK_ERROR(RT_ERROR_SYSTEM);
    rt_torch_free(tensor);
    const char *path = scratch_path("freed.pt");
    CHECK_INT(rt_torch_save(tensor, (const uint8_t *)path, strlen(path)), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_INT(rt_torch_save(harness_forged_words[i], (const uint8_t *)path, strlen(path)), 0);
        rt_last_error_clear();
    }
    CHECK(access(path, F_OK) != 0);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        folder = argv[1];
    if (!mkdtemp(scratch)) {
        perror("mkdtemp");
        return 1;
    }
    python_files_are_read();
    a_checkpoint_goes_both_ways();
    options_are_known();
    safetensors_go_both_ways();
    what_is_no_plain_data_is_refused();
    CHECK_INT(remove(scratch_path("checkpoint.pt")), 0);
    CHECK_INT(remove(scratch_path("weights.safetensors")), 0);
    CHECK_INT(rmdir(scratch), 0);
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("torch_files");
}
