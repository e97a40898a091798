// What LibTorch has in C++ and tch does not wrap. Every function catches every exception and returns
// its message, which the caller frees with free(), or null when all went well.

#include <cstdint>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include <ATen/DeviceAccelerator.h>
#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/headeronly/version.h>

#include "guarded.h"

using at::Tensor;
using torch::autograd::variable_list;

namespace {

// A null pointer stands for an undefined tensor.
variable_list list(const Tensor *const *tensors, std::size_t count) {
  variable_list result;
  result.reserve(count);
  for (std::size_t i = 0; i < count; i++)
    result.push_back(tensors[i] ? *tensors[i] : Tensor());
  return result;
}

at::DeviceAllocator *cuda() {
  return at::getDeviceAllocator(at::kCUDA);
}

} // namespace

extern "C" {

char *runtime_torch_backward(const Tensor *const *tensors, const Tensor *const *gradients,
                             std::size_t count, bool retain_graph, bool create_graph) {
  return guarded([&] {
    torch::autograd::backward(list(tensors, count), list(gradients, count), retain_graph, create_graph);
  });
}

// `results` has room for `input_count` pointers; unused inputs get null.
char *runtime_torch_grad(const Tensor *const *outputs, const Tensor *const *gradients,
                         std::size_t output_count, const Tensor *const *inputs,
                         std::size_t input_count, bool retain_graph, bool create_graph,
                         bool allow_unused, Tensor **results) {
  return guarded([&] {
    variable_list grads = torch::autograd::grad(list(outputs, output_count), list(inputs, input_count),
                                                list(gradients, output_count), retain_graph,
                                                create_graph, allow_unused);
    for (std::size_t i = 0; i < input_count; i++)
      results[i] = grads[i].defined() ? new Tensor(grads[i]) : nullptr;
  });
}

char *runtime_torch_retain_grad(const Tensor *tensor) {
  return guarded([&] { tensor->retain_grad(); });
}

// A null gradient takes the tensor's away.
char *runtime_torch_set_grad(const Tensor *tensor, const Tensor *gradient) {
  return guarded([&] { tensor->mutable_grad() = gradient ? *gradient : Tensor(); });
}

// The name of the node that made the tensor, without its namespaces; null for a leaf.
char *runtime_torch_grad_fn(const Tensor *tensor, char **name) {
  return guarded([&] {
    *name = nullptr;
    if (const auto &node = tensor->grad_fn()) {
      const std::string full = node->name();
      const std::size_t colon = full.rfind(':');
      *name = strdup(full.c_str() + (colon == std::string::npos ? 0 : colon + 1));
    }
  });
}

const char *runtime_torch_version() {
  return TORCH_VERSION;
}

bool runtime_torch_grad_enabled() {
  return c10::GradMode::is_enabled();
}

void runtime_torch_set_grad_enabled(bool enabled) {
  c10::GradMode::set_enabled(enabled);
}

// The bytes that tensors hold on a GPU, now and at most since the last reset.
char *runtime_torch_cuda_memory(std::int64_t device, std::int64_t *current, std::int64_t *peak) {
  return guarded([&] {
    auto stats = cuda()->getDeviceStats(static_cast<c10::DeviceIndex>(device));
    *current = stats.allocated_bytes[0].current;
    *peak = stats.allocated_bytes[0].peak;
  });
}

char *runtime_torch_cuda_reset_peak(std::int64_t device) {
  return guarded([&] { cuda()->resetPeakStats(static_cast<c10::DeviceIndex>(device)); });
}

char *runtime_torch_cuda_empty_cache() {
  return guarded([] { cuda()->emptyCache(); });
}

} // extern "C"
