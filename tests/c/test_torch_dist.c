/*
 * Process groups from C: a world of one rank, in which every collective has an answer, and what is refused
 * before, in and after a group. Several ranks are tested from Rust, which starts them.
 */
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <stdlib.h>

#define TEXT(text) (const uint8_t *)(text), sizeof(text) - 1

static RuntimeValue one(RuntimeValue value)
{
    RuntimeValue array = rt_array_new(1);
    rt_array_push(array, value);
    return array;
}

static RuntimeValue numbers(double first, double second)
{
    RuntimeValue array = rt_array_new(2);
    rt_array_push(array, rt_value_float(first));
    rt_array_push(array, rt_value_float(second));
    return rt_torch_tensor_new(array);
}

static void is(RuntimeValue tensor, double first, double second, int line)
{
    RuntimeValue wanted = numbers(first, second);
    harness_check(rt_torch_allclose(tensor, wanted, 0, 0) == 1, __FILE__, line, "the tensor");
    rt_torch_free(wanted);
}
#define IS(tensor, first, second) is((tensor), (first), (second), __LINE__)

static void without_a_group(void)
{
    RuntimeValue x = numbers(1, 2);
    CHECK_INT(rt_torch_dist_is_available(), 1);
    CHECK_INT(rt_torch_dist_is_initialized(), 0);
    CHECK_NO_ERROR();
    CHECK_INT(rt_torch_dist_rank(), -1);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DIST_NO_GROUP, "rt_torch_dist_rank");
    CHECK_INT(rt_torch_dist_all_reduce(x, 0), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DIST_NO_GROUP, "rt_torch_dist_all_reduce");
    CHECK_INT(rt_torch_dist_barrier(), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DIST_NO_GROUP, "rt_torch_dist_barrier");
    CHECK_INT(rt_torch_dist_destroy_process_group(), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DIST_NO_GROUP, "rt_torch_dist_destroy_process_group");
    CHECK_INT(rt_torch_dist_init(TEXT("mpi"), TEXT("env://"), 0, 1, 1000), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DIST_BACKEND, "rt_torch_dist_init");
    CHECK_INT(rt_torch_dist_init(TEXT("gloo"), TEXT("nowhere"), 0, 1, 1000), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DIST_INIT, "rt_torch_dist_init");
    CHECK_INT(rt_torch_dist_init(TEXT("gloo"), TEXT("tcp://127.0.0.1:1"), 2, 2, 1000), 0);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_dist_init");
    CHECK_INT(rt_torch_dist_init(TEXT("gloo"), TEXT("tcp://127.0.0.1:1"), 0, 1, -1), 0);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_dist_init");
    CHECK_INT(rt_torch_dist_init(NULL, 4, TEXT("env://"), 0, 1, 1000), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_torch_dist_init");
    rt_torch_free(x);
}

static void collectives(void)
{
    RuntimeValue x = numbers(1, 2), y = numbers(0, 0), list = one(y);
    CHECK_INT(rt_torch_dist_rank(), 0);
    CHECK_INT(rt_torch_dist_world_size(), 1);
    CHECK_STR(rt_torch_dist_backend(), "gloo");
    CHECK_INT(rt_torch_dist_barrier(), 1);
    for (int64_t op = 0; op < 5; op++)
        CHECK_INT(rt_torch_dist_all_reduce(x, op), 1);
    IS(x, 1, 2);
    CHECK_INT(rt_torch_dist_broadcast(x, 0), 1);
    CHECK_INT(rt_torch_dist_reduce(x, 0, 0), 1);
    CHECK_INT(rt_torch_dist_all_gather(list, x), 1);
    IS(y, 1, 2);
    RuntimeValue z = numbers(5, 6);
    CHECK_INT(rt_torch_dist_scatter(y, one(z), 0), 1);
    IS(y, 5, 6);
    CHECK_INT(rt_torch_dist_reduce_scatter(y, one(x)), 1);
    IS(y, 1, 2);
    CHECK_INT(rt_torch_dist_all_to_all(list, one(z)), 1);
    IS(y, 5, 6);
    RuntimeValue work = rt_torch_dist_all_reduce_async(RT_NIL, x, 0);
    CHECK_INT(rt_torch_dist_work_wait(work, 10000), 1);
    CHECK_INT(rt_torch_dist_work_is_completed(work), 1);
    CHECK_INT(rt_torch_dist_work_free(work), 1);
    CHECK_NO_ERROR();

    CHECK_INT(rt_torch_dist_all_reduce(x, 9), 0);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_dist_all_reduce");
    CHECK_INT(rt_torch_dist_broadcast(x, 1), 0);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_dist_broadcast");
    CHECK_INT(rt_torch_dist_set_timeout(-1), 0);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_dist_set_timeout");
    CHECK_NIL(rt_torch_dist_new_group(one(rt_value_int(1))));
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_torch_dist_new_group");
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_INT(rt_torch_dist_all_reduce(harness_forged_words[i], 0), 0);
        CHECK(rt_last_error_code() != RT_ERROR_NONE);
        rt_last_error_clear();
    }
    rt_torch_free(z);
    rt_torch_free(y);
    rt_torch_free(x);
    CHECK_INT(rt_torch_dist_all_reduce(x, 0), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_torch_dist_all_reduce");
}

static void ddp(void)
{
    RuntimeValue options = rt_dict_new(2);
    rt_dict_set(options, str("in_features"), rt_value_int(2));
    rt_dict_set(options, str("out_features"), rt_value_int(1));
    RuntimeValue module = rt_torch_module_new(str("Linear"), options), x = numbers(1, 2);
    RuntimeValue wrapped = rt_torch_dist_ddp_new(module);
    CHECK_NO_ERROR();
    CHECK_INT(rt_torch_dist_ddp_set_sync(wrapped, 1), 1);
    RuntimeValue output = rt_torch_dist_ddp_forward(wrapped, x), loss = rt_torch_sum(output);
    CHECK_INT(rt_torch_backward(loss), 1);
    RuntimeValue weight = rt_torch_module_get_parameter(module, str("weight")), row, gradient;
    gradient = rt_torch_grad(weight);
    row = rt_torch_select(gradient, 0, 0);
    IS(row, 1, 2);
    CHECK_INT(rt_torch_dist_ddp_free(wrapped), 1);
    CHECK_INT(rt_torch_dist_ddp_free(wrapped), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_torch_dist_ddp_free");
    RuntimeValue tensors[] = {x, output, loss, weight, gradient, row};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        CHECK_INT(rt_torch_free(tensors[i]), 1);
    CHECK_INT(rt_torch_module_free(module), 1);
}

int main(void)
{
    char folder[] = "/tmp/test_torch_dist_XXXXXX", method[64];
    CHECK(mkdtemp(folder) != NULL);
    int length = snprintf(method, sizeof method, "file://%s/meeting", folder);
    /* Twice: a group may be formed again. */
    for (int times = 0; times < 2; times++) {
        rt_scope_begin();
        without_a_group();
        CHECK_INT(rt_torch_dist_init(TEXT("gloo"), (const uint8_t *)method, (uint64_t)length, 0, 1, 20000), 1);
        CHECK_NO_ERROR();
        collectives();
        ddp();
        CHECK_INT(rt_torch_dist_destroy_process_group(), 1);
        rt_scope_end(RT_NIL);
    }
    rt_dir_remove_all((const uint8_t *)folder, strlen(folder));
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("torch_dist");
}
