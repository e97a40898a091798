/* DistributedDataParallel's engine, driven as torch.nn.parallel.DistributedDataParallel drives it. The order
 * of the collectives is Python's, so that ranks in Python and ranks of ours train together. */

#include "dist.h"
#include "engine.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/distributed/c10d/reducer.hpp>

#include <algorithm>
#include <limits>

using shim::guard;

namespace {

using Tensors = std::vector<at::Tensor>;

/* What Python sends at once. */
constexpr size_t BROADCAST_BYTES = 250 << 20;

Tensors tensors_of(const ShimTensor *const *tensors, size_t count)
{
    Tensors list;
    list.reserve(count);
    for (size_t i = 0; i < count; i++)
        list.push_back(*tensors[i]);
    return list;
}

Tensors detached(const Tensors &tensors)
{
    Tensors list;
    list.reserve(tensors.size());
    for (const at::Tensor &tensor : tensors)
        list.push_back(tensor.detach());
    return list;
}

/* How many bytes of parameters go into a bucket before anybody knows in which order they are used. */
std::vector<size_t> first_limits(const ShimDdpOptions &options)
{
    if (options.static_graph || !options.find_unused_parameters)
        return {std::numeric_limits<int64_t>::max()};
    auto first = static_cast<size_t>(options.first_bucket_bytes), all = static_cast<size_t>(options.bucket_bytes);
    return first < all ? std::vector<size_t>{first, all} : std::vector<size_t>{all};
}

/* The parameters' hooks call the reducer without owning it, also when another thread lets go of it. */
void end_between_walks(c10d::Reducer *reducer) noexcept
{
    shim::between_walks([reducer] {
        try {
            delete reducer;
        } catch (...) {
            /* What it was reducing has failed, and whoever waits for that is told. */
        }
    });
}

/* What the outputs pass through on their way back. */
struct State {
    std::shared_ptr<c10d::Reducer> reducer;
    bool static_graph = false;
    std::atomic<bool> is_delayed{false};
};

/*
 * As Python's _DDPSink: outputs that the loss does not use get no gradient, which the reducer understands, in
 * place of none at all; and in a static graph's first backward all buckets are reduced at its end.
 */
class Sink : public torch::autograd::Function<Sink> {
public:
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext *context,
                                                  at::TensorList outputs, std::shared_ptr<State> state)
    {
        context->set_materialize_grads(false);
        context->saved_data["state"] = ShimValue::make_capsule(c10::make_intrusive<Holder>(std::move(state)));
        Tensors copies;
        for (const at::Tensor &output : outputs)
            copies.push_back(output.clone());
        return copies;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients)
    {
        auto state = context->saved_data["state"].toCapsule();
        auto &holder = static_cast<Holder &>(*state);
        if (holder.state->static_graph && !holder.state->is_delayed.exchange(true)) {
            auto reducer = holder.state->reducer;
            torch::autograd::Engine::get_default_engine().queue_callback([reducer] { reducer->delay_all_reduce(); });
        }
        gradients.emplace_back();
        return gradients;
    }

private:
    struct Holder : torch::CustomClassHolder {
        explicit Holder(std::shared_ptr<State> state) : state(std::move(state)) {}
        std::shared_ptr<State> state;
    };
};

} // namespace

struct ShimDdp {
    c10::intrusive_ptr<c10d::ProcessGroup> group;
    std::shared_ptr<State> state;
    Tensors buffers;
    ShimDdpOptions options;
    /* Whether the last forward was one that synchronizes: buffers are sent before the next one then. */
    bool send_buffers = true;
};

ShimDdp *shim_ddp_new(const ShimGroup *group, const ShimTensor *const *parameters, const bool *is_sparse,
                      size_t parameter_count, const ShimTensor *const *states, size_t state_count,
                      const ShimTensor *const *buffers, size_t buffer_count, const ShimDdpOptions *options,
                      char **error)
{
    return guard(error, static_cast<ShimDdp *>(nullptr), [&] {
        auto made = std::make_unique<ShimDdp>();
        made->group = group->group;
        made->options = *options;
        made->buffers = detached(tensors_of(buffers, buffer_count));
        auto params = tensors_of(parameters, parameter_count);
        std::vector<bool> sparse(is_sparse, is_sparse + parameter_count);
        c10d::verify_params_across_processes(made->group, params, std::nullopt);
        auto sent = detached(tensors_of(states, state_count));
        if (!sent.empty())
            c10d::broadcast_coalesced(made->group, sent, BROADCAST_BYTES, 0);
        auto buckets = std::get<0>(c10d::compute_bucket_assignment_by_size(params, first_limits(*options), sparse));
        std::reverse(buckets.begin(), buckets.end());
        shim::install_engine();
        made->state = std::make_shared<State>();
        auto *reducer = new c10d::Reducer(
            std::move(params), std::move(buckets), made->group, std::move(sparse), options->bucket_bytes,
            options->find_unused_parameters, options->gradient_as_bucket_view,
            std::unordered_map<size_t, std::string>{}, options->first_bucket_bytes,
            /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false, std::vector<int64_t>{});
        made->state->reducer.reset(reducer, end_between_walks);
        if (options->static_graph) {
            made->state->static_graph = true;
            made->state->reducer->set_static_graph();
        }
        return made.release();
    });
}

int shim_ddp_before_forward(ShimDdp *ddp, bool sync, char **error)
{
    return guard(error, 0, [&] {
        c10d::Reducer &reducer = *ddp->state->reducer;
        bool is_recorded = at::GradMode::is_enabled();
        if (is_recorded && sync)
            reducer.prepare_for_forward();
        if (is_recorded)
            reducer.rebuild_buckets();
        if (ddp->options.broadcast_buffers && ddp->send_buffers && !ddp->buffers.empty())
            c10d::broadcast_coalesced(ddp->group, ddp->buffers, BROADCAST_BYTES, 0);
        return 1;
    });
}

ShimValue *shim_ddp_after_forward(ShimDdp *ddp, bool sync, const ShimTensor *const *outputs, size_t count,
                                  char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        auto results = tensors_of(outputs, count);
        const auto &options = ddp->options;
        ddp->send_buffers = at::GradMode::is_enabled() && sync;
        bool finds_unused = options.find_unused_parameters && !options.static_graph;
        if (ddp->send_buffers)
            ddp->state->reducer->prepare_for_backward(finds_unused ? results : Tensors{});
        if (finds_unused || (options.static_graph && !ddp->state->is_delayed.load())) {
            /* Tensors without a history keep being none. */
            Tensors passing;
            for (const at::Tensor &result : results)
                if (result.grad_fn())
                    passing.push_back(result);
            if (!passing.empty()) {
                auto passed = Sink::apply(at::TensorList(passing), ddp->state);
                size_t next = 0;
                for (at::Tensor &result : results)
                    if (result.grad_fn())
                        result = passed[next++];
            }
        }
        std::vector<ShimValue> values(results.begin(), results.end());
        return new ShimValue(c10::ivalue::Tuple::create(std::move(values)));
    });
}

void shim_ddp_free(ShimDdp *ddp)
{
    char *error = nullptr;
    guard(&error, 0, [&] {
        delete ddp;
        return 1;
    });
    shim_text_free(error);
}
