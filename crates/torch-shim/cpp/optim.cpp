/* What optimizers need: operations with a factor, and LibTorch's fused kernels. */
#include "shim.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/add.h>

namespace {

std::vector<at::Tensor> list(const ShimTensor *const *tensors, size_t count)
{
    std::vector<at::Tensor> result;
    result.reserve(count);
    for (size_t i = 0; i < count; i++)
        result.push_back(*tensors[i]);
    return result;
}

/* The kernels go through the memory of all tensors alike, and do not look how it is laid out. */
bool alike(const at::Tensor &tensor, const at::Tensor &first)
{
    return tensor.layout() == at::kStrided && tensor.is_cpu() && !tensor.is_neg() &&
           tensor.scalar_type() == first.scalar_type() && tensor.sizes() == first.sizes() &&
           tensor.strides() == first.strides();
}

bool fusable(const at::Tensor &first)
{
    return (first.scalar_type() == at::kFloat || first.scalar_type() == at::kDouble) &&
           alike(first, first) && first.is_non_overlapping_and_dense();
}

/* Each list has a tensor for each parameter, or none at all. */
void require_fusable(const std::vector<at::Tensor> &params,
                     std::initializer_list<const std::vector<at::Tensor> *> lists)
{
    for (size_t i = 0; i < params.size(); i++) {
        bool fits = fusable(params[i]);
        for (const std::vector<at::Tensor> *list : lists)
            fits = fits && (list->empty() || alike((*list)[i], params[i]));
        if (!fits)
            throw shim::Error("the fused kernels do not take such tensors");
    }
}

/* The kernels do not tell autograd that they changed the parameters. */
void changed(const std::vector<at::Tensor> &params)
{
    for (const at::Tensor &param : params)
        if (!param.is_inference())
            param.unsafeGetTensorImpl()->bump_version();
}

/* The kernels read how many steps there were, this one included. */
void advance(const std::vector<at::Tensor> &steps)
{
    for (const at::Tensor &step : steps)
        if (!step.is_cpu() || step.numel() != 1)
            throw shim::Error("a step is a number on the CPU");
    for (const at::Tensor &step : steps)
        *step.data_ptr<float>() += 1;
}

} // namespace

extern "C" {

int shim_clear_gradients(const ShimTensor *const *tensors, size_t count, char **error)
{
    return shim::guard(error, 0, [&] {
        for (size_t i = 0; i < count; i++)
            tensors[i]->mutable_grad().reset();
        return 1;
    });
}

ShimTensor *shim_add(const ShimTensor *tensor, const ShimTensor *other, double factor, char **error)
{
    return shim::guard(error, static_cast<ShimTensor *>(nullptr),
                       [&] { return new at::Tensor(at::add(*tensor, *other, factor)); });
}

int shim_add_in_place(const ShimTensor *tensor, const ShimTensor *other, double factor, char **error)
{
    return shim::guard(error, 0, [&] {
        tensor->add_(*other, factor);
        return 1;
    });
}

int shim_add_product(const ShimTensor *tensor, const ShimTensor *left, const ShimTensor *right,
                     double factor, char **error)
{
    return shim::guard(error, 0, [&] {
        tensor->addcmul_(*left, *right, factor);
        return 1;
    });
}

int shim_add_quotient(const ShimTensor *tensor, const ShimTensor *left, const ShimTensor *right,
                      double factor, char **error)
{
    return shim::guard(error, 0, [&] {
        tensor->addcdiv_(*left, *right, factor);
        return 1;
    });
}

bool shim_fusable(const ShimTensor *const *tensors, size_t count)
{
    char *error = nullptr;
    bool fits = shim::guard(&error, false, [&] {
        for (size_t i = 1; i < count; i++)
            if (!alike(*tensors[i], *tensors[0]))
                return false;
        return fusable(*tensors[0]);
    });
    shim_text_free(error);
    return fits;
}

int shim_fused_sgd(const ShimTensor *const *params, const ShimTensor *const *grads,
                   const ShimTensor *const *buffers, size_t count, const ShimSgd *sgd, bool first_step,
                   char **error)
{
    return shim::guard(error, 0, [&] {
        auto param_list = list(params, count);
        auto grad_list = list(grads, count);
        auto buffer_list = list(buffers, sgd->momentum == 0 ? 0 : count);
        require_fusable(param_list, {&grad_list, &buffer_list});
        at::_fused_sgd_(param_list, grad_list, buffer_list, sgd->weight_decay, sgd->momentum, sgd->lr,
                        sgd->dampening, sgd->nesterov, sgd->maximize, first_step);
        changed(param_list);
        return 1;
    });
}

int shim_fused_adam(const ShimTensor *const *params, const ShimTensor *const *grads,
                    const ShimTensor *const *means, const ShimTensor *const *squares,
                    const ShimTensor *const *largest, const ShimTensor *const *steps, size_t count,
                    const ShimAdam *adam, char **error)
{
    return shim::guard(error, 0, [&] {
        auto param_list = list(params, count);
        auto grad_list = list(grads, count);
        auto mean_list = list(means, count);
        auto square_list = list(squares, count);
        auto largest_list = list(largest, adam->amsgrad ? count : 0);
        auto step_list = list(steps, count);
        require_fusable(param_list, {&grad_list, &mean_list, &square_list, &largest_list});
        advance(step_list);
        auto update = [&](auto kernel) {
            kernel(param_list, grad_list, mean_list, square_list, largest_list, step_list, adam->lr,
                   adam->beta1, adam->beta2, adam->weight_decay, adam->eps, adam->amsgrad,
                   adam->maximize);
        };
        if (adam->decoupled)
            update([](auto &&...all) { at::_fused_adamw_(all...); });
        else
            update([](auto &&...all) { at::_fused_adam_(all...); });
        changed(param_list);
        return 1;
    });
}
}
