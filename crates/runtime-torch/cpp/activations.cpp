// The activations whose settings tch leaves out: it has LibTorch's defaults only.

#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>

#include <ATen/core/Tensor.h>
#include <ATen/ops/celu.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/hardshrink.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/rrelu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/softshrink.h>

using at::Tensor;

namespace {

// The numbers are those of `Function` in src/nn/native.rs.
enum { CELU, ELU, HARDSHRINK, HARDTANH, LEAKY_RELU, RRELU, SOFTPLUS, SOFTSHRINK };

Tensor apply(std::int32_t function, Tensor input, double a, double b, bool training) {
  switch (function) {
  case CELU:
    return at::celu(input, a);
  case ELU:
    return at::elu(input, a);
  case HARDSHRINK:
    return at::hardshrink(input, a);
  case HARDTANH:
    return at::hardtanh(input, a, b);
  case LEAKY_RELU:
    return at::leaky_relu(input, a);
  case RRELU:
    return at::rrelu(input, a, b, training, std::nullopt);
  case SOFTPLUS:
    return at::softplus(input, a, b);
  default:
    return at::softshrink(input, a);
  }
}

Tensor apply_in_place(std::int32_t function, Tensor input, double a, double b, bool training) {
  switch (function) {
  case CELU:
    return at::celu_(input, a);
  case ELU:
    return at::elu_(input, a);
  case HARDTANH:
    return at::hardtanh_(input, a, b);
  case LEAKY_RELU:
    return at::leaky_relu_(input, a);
  case RRELU:
    return at::rrelu_(input, a, b, training, std::nullopt);
  default:
    TORCH_CHECK(false, "this activation does not work in place");
  }
}

} // namespace

// Returns null and sets `result` to a new tensor, or returns a message that the caller frees with free().
extern "C" char *runtime_torch_activation(std::int32_t function, const Tensor *input, double a, double b,
                                          bool training, bool in_place, Tensor **result) noexcept {
  try {
    *result = new Tensor(in_place ? apply_in_place(function, *input, a, b, training)
                                  : apply(function, *input, a, b, training));
    return nullptr;
  } catch (const c10::Error &error) {
    return strdup(error.what_without_backtrace());
  } catch (const std::exception &error) {
    return strdup(error.what());
  } catch (...) {
    return strdup("an exception of an unknown type");
  }
}
