/* The trained network as files that other programs read: a state dict for torch.load, a TorchScript archive
 * for torch.jit.load, an ONNX model for ONNX Runtime. Each is loaded back and reads the digits again. */
#include "demo_torch.h"

#include <stdio.h>

/* Where the files go: a folder of the system's that the demo removes. */
static char folder[512];

/* A model that was loaded: what runs it, and what ends it. */
typedef struct {
    const char *name, *file;
    int64_t (*save)(RuntimeValue network, RuntimeValue example, const uint8_t *path, uint64_t length);
    RuntimeValue (*load)(const uint8_t *path, uint64_t length);
    Forward *forward;
    int64_t (*free)(RuntimeValue model);
} Format;

/* Takes what `value` holds apart: the tensors' handles and the dict. */
static void free_tensors(RuntimeValue dict) {
    const RuntimeValue tensors = rt_dict_values(dict);
    for (int64_t i = 0; i < rt_array_len(tensors); i++) {
        rt_torch_free(rt_array_get(tensors, i));
    }
    rt_value_free(tensors);
    rt_value_free_deep(dict);
}

static int64_t save_state(RuntimeValue network, RuntimeValue example, const uint8_t *path, uint64_t length) {
    (void)example;
    const RuntimeValue state = must(rt_torch_module_state_dict(network), "the state dict");
    const int64_t done = rt_torch_save(state, path, length);
    free_tensors(state);
    return done;
}

/* A state dict has the parameters only: a network of the same layers takes them. */
static RuntimeValue load_state(const uint8_t *path, uint64_t length) {
    const RuntimeValue state = must(rt_torch_load(path, length), "the state dict");
    const RuntimeValue network = new_network();
    const RuntimeValue keys = must(rt_torch_module_load_state_dict(network, state, 1), "the parameters");
    rt_value_free_deep(keys);
    free_tensors(state);
    return network;
}

static int64_t save_script(RuntimeValue network, RuntimeValue example, const uint8_t *path, uint64_t length) {
    const RuntimeValue traced = must(rt_torch_jit_trace(network, example), "the trace");
    const int64_t done = rt_torch_jit_save(traced, path, length);
    rt_torch_jit_free(traced);
    return done;
}

static const Format formats[] = {
    {"state dict", "digits.pt", save_state, load_state, rt_torch_module_forward, rt_torch_module_free},
    {"TorchScript", "digits.script.pt", save_script, rt_torch_jit_load, rt_torch_jit_forward, rt_torch_jit_free},
    {"ONNX", "digits.onnx", rt_torch_onnx_export, rt_torch_onnx_load, rt_torch_onnx_run, rt_torch_onnx_free},
};

/* Whether the model that was saved and loaded reads all digits as the network does. */
static int is_same(const Format *format, RuntimeValue network, RuntimeValue tests, const Reading *reading) {
    char path[600];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, format->file);
    const uint8_t *bytes = (const uint8_t *)path;
    const RuntimeValue example = must(rt_torch_dataset_get(tests, 0), "a digit");
    const RuntimeValue image = must(rt_torch_unsqueeze(rt_tuple_get(example, 0), 0), "a batch of one");
    must_be_done(format->save(network, image, bytes, (uint64_t)length), format->name);
    rt_torch_free(rt_tuple_get(example, 0));
    rt_torch_free(rt_tuple_get(example, 1));
    rt_value_free(example);
    rt_torch_free(image);

    const RuntimeValue model = must(format->load(bytes, (uint64_t)length), format->name);
    Reading again = read_digits(model, format->forward, tests);
    format->free(model);
    int64_t same = 0;
    for (int64_t i = 0; i < reading->count; i++) {
        same += again.read[i] == reading->read[i] ? 1 : 0;
    }
    char size[32];
    printf("  %-12s %-17s %9s  %lld of %lld predictions are the same\n", format->name, format->file,
           human_bytes((double)rt_file_size(bytes, (uint64_t)length), size), (long long)same,
           (long long)reading->count);
    const int all = same == reading->count;
    free_reading(&again);
    return all;
}

int save_and_load(RuntimeValue network, RuntimeValue tests, const Reading *reading) {
    static const char prefix[] = "simple-demo-";
    const RuntimeValue made =
        must(rt_dir_create_temp(NULL, 0, (const uint8_t *)prefix, sizeof prefix - 1), "a folder");
    snprintf(folder, sizeof folder, "%.*s", print_length(made), print_text(made));
    rt_value_free(made);
    printf("\n  saved, loaded again, and asked once more:\n");
    int all = 1;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        all &= is_same(&formats[i], network, tests, reading);
    }
    rt_dir_remove_all((const uint8_t *)folder, strlen(folder));
    return all;
}
