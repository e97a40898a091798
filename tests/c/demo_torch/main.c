/* Learns to read handwritten digits, and shows how well.
 *
 * usage: demo_torch FOLDER, with the four files of tests/data/digits in it */
#include "demo_torch.h"

#include <stdio.h>

static const double WANTED = 98.0; /* percent */

static RuntimeValue digits(const char *folder, int64_t train) {
    const uint8_t *path = (const uint8_t *)folder;
    return must(rt_torch_mnist_load(path, strlen(folder), train), "the digits");
}

/* Everything goes back: what stays would be a leak, and makes the demo fail. */
static int is_all_back(void) {
    int64_t objects = 0;
    for (int64_t kind = 0; kind < 32; kind++) {
        objects += rt_heap_live_count_by_kind(kind);
    }
    const int64_t tensors = rt_torch_live_count();
    const int64_t handles = rt_handle_live_count(RT_HANDLE_KIND_ALL);
    printf("  live tensors and layers: %lld, live handles: %lld, live objects: %lld\n",
           (long long)tensors, (long long)handles, (long long)objects);
    return tensors == 0 && handles == 0 && objects == 0;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
        return 2;
    }
    if (!rt_torch_available()) {
        fprintf(stderr, "this library was built without PyTorch\n");
        return 1;
    }
    join_ranks();
    const double start = seconds_now();
    const RuntimeValue training = digits(arguments[1], 1), tests = digits(arguments[1], 0);
    const RuntimeValue network = new_network();
    if (!is_first_rank()) {
        /* The first shows what came of it. */
        train(network, training);
        leave_ranks();
        rt_torch_module_free(network);
        rt_torch_dataset_free(training);
        rt_torch_dataset_free(tests);
        return rt_handle_live_count(RT_HANDLE_KIND_ALL) == 0 ? 0 : 1;
    }
    if (rank_count() > 1) {
        printf("  %lld ranks learn together\n", (long long)rank_count());
    }
    printf("  %lld handwritten digits to learn from, %lld to be tested with; %lld parameters\n",
           (long long)rt_torch_dataset_len(training), (long long)rt_torch_dataset_len(tests),
           (long long)rt_torch_module_param_count(network));
    train(network, training);
    leave_ranks();

    rt_torch_module_eval(network);
    Reading reading = read_digits(network, rt_torch_module_forward, tests);
    const double percent = 100.0 * (double)reading.right / (double)reading.count;
    show_confusion(&reading);
    show_digits(&reading);
    printf("\n  %lld of %lld right: %.1f %%, after %.1f s\n", (long long)reading.right,
           (long long)reading.count, percent, seconds_now() - start);
    const int same = save_and_load(network, tests, &reading);
    free_reading(&reading);
    rt_torch_module_free(network);
    rt_torch_dataset_free(training);
    rt_torch_dataset_free(tests);
    if (percent < WANTED) {
        printf("  that is less than %.0f %%\n", WANTED);
        return 1;
    }
    if (!same) {
        printf("  a file reads otherwise than the network\n");
        return 1;
    }
    return is_all_back() ? 0 : 1;
}
