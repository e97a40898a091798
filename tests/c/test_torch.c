/* PyTorch's functions in a library that was built without PyTorch: they are there, and say so. The
 * step without-torch of `cargo xtask test` calls each of them; here is what a program does with it. */
#include "harness.h"

static void the_library_says_what_it_has(void) {
    CHECK_INT(rt_torch_available(), 0);
    CHECK_NO_ERROR();
    CHECK_INT(rt_torch_live_count(), 0);
}

static void constructors_return_nil(void) {
    const RuntimeValue shape = rt_array_new(2);
    rt_array_push(shape, rt_value_int(2));
    rt_array_push(shape, rt_value_int(3));
    CHECK_NIL(rt_torch_zeros(shape, 0, 0));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_zeros");
    CHECK_NIL(rt_torch_tensor_new(shape));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_tensor_new");
    const float numbers[] = {1, 2, 3, 4, 5, 6};
    CHECK_NIL(rt_torch_tensor_from_buffer(numbers, sizeof numbers, shape, 0, 0));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_tensor_from_buffer");
    rt_value_free(shape);
    CHECK_NIL(rt_torch_linear_new(2, 3, 1));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_linear_new");
}

/* Without PyTorch no argument is looked at: it is the first thing to be said, whatever is wrong. */
static void arguments_do_not_matter(void) {
    static const RuntimeValue words[] = {RT_NIL, RT_TRUE, 0, 1, UINT64_MAX, UINT64_C(0xdeadbeef9)};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        CHECK_NIL(rt_torch_add(words[i], words[i]));
        CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_add");
        CHECK_NIL(rt_torch_module_forward(words[i], words[i]));
        CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_module_forward");
        CHECK_INT(rt_torch_free(words[i]), 0);
        CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_free");
        CHECK_INT(rt_torch_backward(words[i]), 0);
        CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_backward");
    }
    CHECK_NIL(rt_torch_tensor_from_buffer(NULL, UINT64_MAX, RT_NIL, -1, -1));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_UNAVAILABLE, "rt_torch_tensor_from_buffer");
}

static void the_message_says_what_to_do(void) {
    CHECK_NIL(rt_torch_module_new(RT_NIL, RT_NIL));
    const RuntimeValue message = rt_last_error_message();
    CHECK_STR(message,
              "rt_torch_module_new: this library was built without PyTorch (feature \"pytorch\")");
    rt_value_free(message);
    rt_last_error_clear();
}

int main(void) {
    the_library_says_what_it_has();
    constructors_return_nil();
    arguments_do_not_matter();
    the_message_says_what_to_do();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    return harness_report("torch");
}
