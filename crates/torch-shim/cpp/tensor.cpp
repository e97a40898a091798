// What tch leaves out about tensors: gradients with all their options, activations with settings, and what
// a GPU's allocator counts.
#include "engine.h"
#include "shim.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/celu.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/hardshrink.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/rrelu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/softshrink.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/headeronly/version.h>

#include <optional>

using at::Tensor;
using torch::autograd::variable_list;

namespace {

// A null pointer stands for an undefined tensor.
variable_list list(const Tensor *const *tensors, size_t count)
{
    variable_list result;
    result.reserve(count);
    for (size_t i = 0; i < count; i++)
        result.push_back(tensors[i] ? *tensors[i] : Tensor());
    return result;
}

at::DeviceAllocator *cuda() { return at::getDeviceAllocator(at::kCUDA); }

Tensor activation(int function, const Tensor &input, double a, double b, bool training)
{
    switch (function) {
    case SHIM_CELU:
        return at::celu(input, a);
    case SHIM_ELU:
        return at::elu(input, a);
    case SHIM_HARDSHRINK:
        return at::hardshrink(input, a);
    case SHIM_HARDTANH:
        return at::hardtanh(input, a, b);
    case SHIM_LEAKY_RELU:
        return at::leaky_relu(input, a);
    case SHIM_RRELU:
        return at::rrelu(input, a, b, training, std::nullopt);
    case SHIM_SOFTPLUS:
        return at::softplus(input, a, b);
    default:
        return at::softshrink(input, a);
    }
}

Tensor activation_in_place(int function, Tensor input, double a, double b, bool training)
{
    switch (function) {
    case SHIM_CELU:
        return at::celu_(input, a);
    case SHIM_ELU:
        return at::elu_(input, a);
    case SHIM_HARDTANH:
        return at::hardtanh_(input, a, b);
    case SHIM_LEAKY_RELU:
        return at::leaky_relu_(input, a);
    case SHIM_RRELU:
        return at::rrelu_(input, a, b, training, std::nullopt);
    default:
        throw shim::Error("this activation does not work in place");
    }
}

} // namespace

extern "C" {

int shim_backward(const ShimTensor *const *tensors, const ShimTensor *const *gradients, size_t count,
                  bool retain_graph, bool create_graph, char **error)
{
    return shim::guard(error, 0, [&] {
        shim::install_engine();
        torch::autograd::backward(list(tensors, count), list(gradients, count), retain_graph, create_graph);
        return 1;
    });
}

int shim_grad(const ShimTensor *const *outputs, const ShimTensor *const *gradients, size_t output_count,
              const ShimTensor *const *inputs, size_t input_count, bool retain_graph, bool create_graph,
              bool allow_unused, ShimTensor **results, char **error)
{
    return shim::guard(error, 0, [&] {
        shim::install_engine();
        variable_list grads = torch::autograd::grad(list(outputs, output_count), list(inputs, input_count),
                                                    list(gradients, output_count), retain_graph,
                                                    create_graph, allow_unused);
        for (size_t i = 0; i < input_count; i++)
            results[i] = grads[i].defined() ? new Tensor(grads[i]) : nullptr;
        return 1;
    });
}

int shim_retain_grad(const ShimTensor *tensor, char **error)
{
    return shim::guard(error, 0, [&] {
        tensor->retain_grad();
        return 1;
    });
}

int shim_set_grad(const ShimTensor *tensor, const ShimTensor *gradient, char **error)
{
    return shim::guard(error, 0, [&] {
        tensor->mutable_grad() = gradient ? *gradient : Tensor();
        return 1;
    });
}

char *shim_grad_fn(const ShimTensor *tensor, char **error)
{
    return shim::guard(error, static_cast<char *>(nullptr), [&] {
        const auto &node = tensor->grad_fn();
        const std::string full = node ? node->name() : std::string();
        const size_t colon = full.rfind(':');
        return shim::text_of(colon == std::string::npos ? full : full.substr(colon + 1));
    });
}

bool shim_grad_enabled() { return c10::GradMode::is_enabled(); }

void shim_set_grad_enabled(bool enabled) { c10::GradMode::set_enabled(enabled); }

ShimTensor *shim_activation(int function, const ShimTensor *input, double a, double b, bool training,
                            bool in_place, char **error)
{
    return shim::guard(error, static_cast<ShimTensor *>(nullptr), [&] {
        return new Tensor(in_place ? activation_in_place(function, *input, a, b, training)
                                   : activation(function, *input, a, b, training));
    });
}

int shim_storage(const ShimTensor *tensor, ShimTensor **elements, int64_t *offset, const void **storage,
                 const void **identity, char **error)
{
    return shim::guard(error, 0, [&] {
        TORCH_CHECK(tensor->defined(), "the tensor is undefined");
        TORCH_CHECK(tensor->layout() == at::kStrided, "the tensor is not dense, its layout is ",
                    tensor->layout());
        c10::NoGradGuard guard;
        const at::Storage &all = tensor->storage();
        const auto count = static_cast<int64_t>(all.nbytes() / tensor->itemsize());
        Tensor whole = at::empty({0}, tensor->options());
        whole.set_(all, 0, {count}, {1});
        *offset = tensor->storage_offset();
        *storage = all.unsafeGetStorageImpl();
        *identity = tensor->unsafeGetTensorImpl();
        *elements = new Tensor(whole);
        return 1;
    });
}

ShimTensor *shim_part(const ShimTensor *elements, int64_t offset, const int64_t *sizes, const int64_t *strides,
                      size_t dimensions, char **error)
{
    return shim::guard(error, static_cast<ShimTensor *>(nullptr), [&] {
        c10::NoGradGuard guard;
        Tensor part = at::empty({0}, elements->options());
        part.set_(elements->storage(), offset, {sizes, dimensions}, {strides, dimensions});
        return new Tensor(part);
    });
}

const char *shim_version() { return TORCH_VERSION; }

int shim_cuda_memory(int64_t device, int64_t *current, int64_t *peak, char **error)
{
    return shim::guard(error, 0, [&] {
        auto stats = cuda()->getDeviceStats(static_cast<c10::DeviceIndex>(device));
        *current = stats.allocated_bytes[0].current;
        *peak = stats.allocated_bytes[0].peak;
        return 1;
    });
}

int shim_cuda_reset_peak(int64_t device, char **error)
{
    return shim::guard(error, 0, [&] {
        cuda()->resetPeakStats(static_cast<c10::DeviceIndex>(device));
        return 1;
    });
}

int shim_cuda_empty_cache(char **error)
{
    return shim::guard(error, 0, [&] {
        cuda()->emptyCache();
        return 1;
    });
}

} // extern "C"
