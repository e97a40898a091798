/* A library that was built with PyTorch: it links in every way there is, computes, passes LibTorch's
 * refusals on, and gives everything back. */
#include "harness.h"

static RuntimeValue numbers(const float *data, int64_t rows, int64_t columns) {
    const RuntimeValue shape = rt_array_new(2);
    rt_array_push(shape, rt_value_int(rows));
    rt_array_push(shape, rt_value_int(columns));
    const uint64_t bytes = (uint64_t)(rows * columns) * sizeof(float);
    const RuntimeValue tensor =
        rt_torch_tensor_from_buffer(data, bytes, shape, RT_TORCH_FLOAT32, 0);
    rt_value_free(shape);
    return tensor;
}

static void it_computes(void) {
    const float left[] = {1, 2, 3, 4, 5, 6}, right[] = {1, 0, 0, 1, 1, 1};
    const RuntimeValue a = numbers(left, 2, 3), b = numbers(right, 3, 2);
    const RuntimeValue product = rt_torch_matmul(a, b);
    CHECK_NO_ERROR();
    float found[4] = {0};
    CHECK_INT(rt_torch_copy_data_to_cpu(product, found, sizeof found), sizeof found);
    const float wanted[] = {4, 5, 10, 11};
    for (size_t i = 0; i < 4; i++) {
        CHECK_FLOAT((double)found[i], (double)wanted[i]);
    }
    CHECK_INT(rt_torch_live_count(), 3);
    CHECK_INT(rt_torch_free(a), 1);
    CHECK_INT(rt_torch_free(b), 1);
    CHECK_INT(rt_torch_free(product), 1);
}

/* The exception of LibTorch stops at the border, with its first line. */
static void it_refuses(void) {
    const float data[] = {1, 2, 3, 4, 5, 6};
    const RuntimeValue a = numbers(data, 2, 3);
    CHECK_NIL(rt_torch_matmul(a, a));
    const RuntimeValue message = rt_last_error_message();
    CHECK_STR(message,
              "rt_torch_matmul: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
    rt_value_free(message);
    CHECK_LAST_ERROR(RT_ERROR_TORCH, "rt_torch_matmul");
    rt_torch_free(a);
    CHECK_NIL(rt_torch_matmul(a, a));
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_torch_matmul");
}

int main(void) {
    CHECK_INT(rt_torch_available(), 1);
    it_computes();
    it_refuses();
    CHECK_INT(rt_torch_live_count(), 0);
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("torch available");
}
