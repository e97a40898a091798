/* Custom autograd functions, and checkpoints: forward without memory, computed again in backward. */

#include "engine.h"
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/graph_task.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <unordered_set>

namespace autograd = torch::autograd;
using autograd::SavedVariable;
using autograd::variable_list;
using shim::guard;

namespace {

variable_list tensors_of(const ShimTensor *const *tensors, size_t count)
{
    variable_list list;
    list.reserve(count);
    for (size_t i = 0; i < count; i++)
        list.push_back(*tensors[i]);
    return list;
}

ShimValue tuple_of(const variable_list &tensors)
{
    std::vector<ShimValue> values;
    values.reserve(tensors.size());
    for (const at::Tensor &tensor : tensors)
        values.push_back(tensor.defined() ? ShimValue(tensor) : ShimValue());
    return c10::ivalue::Tuple::create(std::move(values));
}

/* ---- custom functions ---- */

/* The node of the graph whose gradient Rust computes. What torch::autograd::CppNode does, at run time. */
class CustomNode : public autograd::Node {
public:
    CustomNode(std::shared_ptr<shim::Function> backward, bool materialize)
        : backward_(std::move(backward)), materialize_(materialize)
    {
    }

    std::string name() const override { return "CustomFunctionBackward"; }

    /* After the outputs have their history, so that a saved output is known as one. */
    void keep(const variable_list &outputs, const variable_list &saved)
    {
        for (const at::Tensor &output : outputs)
            outputs_.emplace_back(output);
        for (const at::Tensor &tensor : saved) {
            bool is_output = tensor.defined() && tensor.grad_fn().get() == this;
            saved_.emplace_back(tensor, is_output);
        }
    }

    variable_list apply(variable_list &&gradients) override
    {
        variable_list saved;
        {
            /* Not held while Rust runs: what Rust does there may come back here. */
            std::lock_guard<std::mutex> lock(mutex_);
            if (released_)
                throw shim::Error(autograd::ERR_BACKWARD_TWICE);
            for (const SavedVariable &variable : saved_)
                saved.push_back(variable.unpack(getptr()));
        }
        at::OptionalDeviceGuard device;
        for (size_t i = 0; materialize_ && i < gradients.size(); i++)
            if (!gradients[i].defined())
                gradients[i] = outputs_.at(i).zeros(device);
        std::vector<ShimValue> wanted;
        for (size_t i = 0; i < next_edges().size(); i++)
            wanted.emplace_back(task_should_compute_output(i));

        ShimValue result = backward_->call(
            {tuple_of(gradients), tuple_of(saved), c10::ivalue::Tuple::create(std::move(wanted))});

        if (!result.isTuple())
            throw shim::Error("backward returned no tuple");
        variable_list input_gradients;
        for (const ShimValue &part : result.toTupleRef().elements())
            input_gradients.push_back(part.isTensor() ? part.toTensor() : at::Tensor());
        if (input_gradients.size() != next_edges().size())
            throw shim::Error("backward returned " + std::to_string(input_gradients.size()) +
                              " gradients for " + std::to_string(next_edges().size()) + " inputs");
        return input_gradients;
    }

    void release_variables() override
    {
        std::lock_guard<std::mutex> lock(mutex_);
        saved_.clear();
        released_ = true;
    }

private:
    std::shared_ptr<shim::Function> backward_;
    bool materialize_;
    bool released_ = false;
    std::vector<SavedVariable> saved_;
    std::vector<autograd::VariableInfo> outputs_;
};

/* ---- checkpoints ---- */

/*
 * As torch.utils.checkpoint with use_reentrant=False. While the function runs, each tensor that an
 * operation saves for its gradient is replaced by a Place without content. The first Place that backward
 * looks into has the function run again, which fills all of them: the n-th tensor saved goes into the
 * n-th Place. Backward empties each as it goes.
 *
 * LibTorch asks its engine what to do with tensors that are saved. The plain engine does nothing, Python's
 * asks Python; ours asks the thread's stack of Savers.
 */

/* The generators' states, to have the same random numbers again. */
class Randomness {
public:
    explicit Randomness(std::vector<c10::Device> devices) : devices_(std::move(devices))
    {
        for (c10::Device device : devices_) {
            at::Generator generator = at::globalContext().defaultGenerator(device);
            std::lock_guard<std::mutex> lock(generator.mutex());
            states_.push_back(generator.get_state());
        }
    }

    void restore() const
    {
        for (size_t i = 0; i < devices_.size(); i++) {
            at::Generator generator = at::globalContext().defaultGenerator(devices_[i]);
            std::lock_guard<std::mutex> lock(generator.mutex());
            generator.set_state(states_[i]);
        }
    }

    /* Forgets the states of generators that nobody has used since: restoring those would be for
     * nothing, and would disturb other threads, since the generators are the process's. */
    void forget_unused()
    {
        Randomness now(devices_);
        Randomness used({});
        for (size_t i = 0; i < devices_.size(); i++) {
            const at::Tensor &a = states_[i], &b = now.states_[i];
            if (a.nbytes() == b.nbytes() && std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) == 0)
                continue;
            used.devices_.push_back(devices_[i]);
            used.states_.push_back(a);
        }
        *this = std::move(used);
    }

    const std::vector<c10::Device> &devices() const { return devices_; }

private:
    std::vector<c10::Device> devices_;
    std::vector<at::Tensor> states_;
};

/* The random numbers of then, as long as this lives; after it those of now go on. */
class RandomnessScope {
public:
    explicit RandomnessScope(const Randomness &then) : now_(then.devices()) { then.restore(); }
    RandomnessScope(const RandomnessScope &) = delete;
    RandomnessScope &operator=(const RandomnessScope &) = delete;
    ~RandomnessScope()
    {
        try {
            now_.restore();
        } catch (...) {
            /* The states were taken from these generators; there is nothing that one could do. */
        }
    }

private:
    Randomness now_;
};

/* Which walk of backward this is; each recomputes for itself. */
int64_t current_walk()
{
    int task = autograd::get_current_graph_task_id();
    if (task != -1)
        return task;
    static std::atomic<int64_t> outside{0};
    return --outside;
}

/* Where a saved tensor would be, with what backward's walks have recomputed of it. */
struct Place {
    std::map<int64_t, at::Tensor> recomputed;
};

/* What a tensor looks like, to notice a function that computes something else the second time. */
struct Look {
    explicit Look(const at::Tensor &tensor)
        : sizes(tensor.sizes().vec()), dtype(tensor.scalar_type()), device(tensor.device())
    {
    }

    bool operator==(const Look &other) const
    {
        return sizes == other.sizes && dtype == other.dtype && device == other.device;
    }

    std::string text() const
    {
        std::ostringstream text;
        text << c10::IntArrayRef(sizes) << ' ' << dtype << " on " << device;
        return text.str();
    }

    std::vector<int64_t> sizes;
    c10::ScalarType dtype;
    c10::Device device;
};

/* One checkpoint: what to run, with what, and the places that running fills. */
class Frame : public std::enable_shared_from_this<Frame> {
public:
    Frame(std::shared_ptr<shim::Function> function, const std::vector<ShimValue> &inputs)
        : function_(std::move(function)), randomness_(devices_of(inputs))
    {
        for (const ShimValue &input : inputs) {
            /* A tensor is saved as an operation would: an outer checkpoint may drop it. */
            bool is_tensor = input.isTensor() && input.toTensor().defined();
            tensors_.push_back(is_tensor ? SavedVariable(input.toTensor(), false) : SavedVariable());
            others_.push_back(is_tensor ? ShimValue() : input);
            is_tensor_.push_back(is_tensor);
        }
    }

    /* The first run, which makes the places. */
    ShimValue run(const std::vector<ShimValue> &inputs);

    /* Called for each tensor that the first run saves. */
    std::shared_ptr<Place> add(const at::Tensor &tensor)
    {
        std::lock_guard<std::recursive_mutex> lock(mutex_);
        auto place = std::make_shared<Place>();
        places_.push_back(place);
        looks_.emplace_back(tensor);
        return place;
    }

    /* Takes out of the place what stood there in the first run. */
    at::Tensor take(Place &place)
    {
        std::lock_guard<std::recursive_mutex> lock(mutex_);
        int64_t walk = current_walk();
        if (done_.insert(walk).second)
            recompute(walk);
        auto found = place.recomputed.find(walk);
        if (found == place.recomputed.end())
            throw shim::Error("a checkpoint's tensor was used twice in one backward");
        at::Tensor tensor = std::move(found->second);
        place.recomputed.erase(found);
        return tensor;
    }

    /* Called for each tensor that a later run saves. */
    void fill(int64_t walk, size_t position, const at::Tensor &tensor)
    {
        if (position >= places_.size()) {
            if (complete_)
                throw shim::Error(
                    "a checkpoint's function saved more tensors for its gradient than the first time");
            /* Backward inside of the first run: it has not saved the rest yet. */
            return;
        }
        if (auto place = places_[position].lock()) {
            Look now(tensor);
            if (!(now == looks_[position]))
                throw shim::Error("a checkpoint's function computed a tensor " + now.text() +
                                  " where it was " + looks_[position].text() + " the first time");
            place->recomputed[walk] = tensor.detach();
        }
    }

private:
    void recompute(int64_t walk);

    static std::vector<c10::Device> devices_of(const std::vector<ShimValue> &inputs)
    {
        std::vector<c10::Device> devices{c10::Device(at::kCPU)};
        for (const ShimValue &input : inputs) {
            if (!input.isTensor() || !input.toTensor().defined())
                continue;
            c10::Device device = input.toTensor().device();
            bool has_generator = device.is_cuda() || device.is_mps();
            if (has_generator && std::find(devices.begin(), devices.end(), device) == devices.end())
                devices.push_back(device);
        }
        return devices;
    }

    std::shared_ptr<shim::Function> function_;
    Randomness randomness_;
    std::vector<SavedVariable> tensors_;
    std::vector<ShimValue> others_;
    std::vector<bool> is_tensor_;
    std::vector<std::weak_ptr<Place>> places_;
    std::vector<Look> looks_;
    std::set<int64_t> done_;
    bool complete_ = false;
    /* Recursive: running again may look into this frame, when backward is called in the function. */
    std::recursive_mutex mutex_;
};

/* What the graph holds instead of a tensor that the first run saved. */
class PlaceHooks : public autograd::SavedVariableHooks {
public:
    explicit PlaceHooks(std::shared_ptr<Frame> frame) : frame_(std::move(frame)) {}
    void call_pack_hook(const at::Tensor &tensor) override { place_ = frame_->add(tensor); }
    at::Tensor call_unpack_hook() override { return frame_->take(*place_); }

private:
    std::shared_ptr<Frame> frame_;
    std::shared_ptr<Place> place_;
};

class FirstRun : public shim::Saver {
public:
    explicit FirstRun(std::shared_ptr<Frame> frame) : frame_(std::move(frame)) {}
    std::unique_ptr<autograd::SavedVariableHooks> hooks() override
    {
        return std::make_unique<PlaceHooks>(frame_);
    }

private:
    std::shared_ptr<Frame> frame_;
};

/* What the graph of a later run holds: the tensor itself, since backward may walk through it too. */
class FillHooks : public autograd::SavedVariableHooks {
public:
    FillHooks(Frame &frame, int64_t walk, size_t position) : frame_(frame), walk_(walk), position_(position) {}
    void call_pack_hook(const at::Tensor &tensor) override
    {
        frame_.fill(walk_, position_, tensor);
        tensor_ = tensor.detach();
    }
    at::Tensor call_unpack_hook() override { return tensor_; }

private:
    Frame &frame_;
    int64_t walk_;
    size_t position_;
    at::Tensor tensor_;
};

class LaterRun : public shim::Saver {
public:
    LaterRun(Frame &frame, int64_t walk) : frame_(frame), walk_(walk) {}
    std::unique_ptr<autograd::SavedVariableHooks> hooks() override
    {
        return std::make_unique<FillHooks>(frame_, walk_, count_++);
    }
    size_t count() const { return count_; }

private:
    Frame &frame_;
    int64_t walk_;
    size_t count_ = 0;
};

ShimValue Frame::run(const std::vector<ShimValue> &inputs)
{
    FirstRun saver(shared_from_this());
    shim::SaverScope scope(&saver);
    ShimValue output = function_->call(inputs);
    randomness_.forget_unused();
    complete_ = true;
    return output;
}

void Frame::recompute(int64_t walk)
{
    std::vector<ShimValue> inputs = others_;
    for (size_t i = 0; i < inputs.size(); i++)
        if (is_tensor_[i])
            inputs[i] = tensors_[i].unpack();
    LaterRun saver(*this, walk);
    {
        RandomnessScope randomness(randomness_);
        at::AutoGradMode recording(true);
        shim::SaverScope scope(&saver);
        function_->call(inputs);
    }
    if (complete_ && saver.count() != places_.size())
        throw shim::Error("a checkpoint's function saved " + std::to_string(saver.count()) +
                          " tensors for its gradient, and " + std::to_string(places_.size()) +
                          " the first time");
}

} // namespace

ShimValue *shim_custom_function(ShimFunction backward, const ShimTensor *const *inputs, size_t input_count,
                                const ShimTensor *const *outputs, const bool *differentiable,
                                size_t output_count, const ShimTensor *const *saved, size_t saved_count,
                                bool materialize, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        auto function = std::make_shared<shim::Function>(backward);
        variable_list input_list = tensors_of(inputs, input_count);
        bool recorded = at::GradMode::is_enabled() && autograd::any_variable_requires_grad(input_list);
        c10::intrusive_ptr<CustomNode> node;
        if (recorded) {
            node = c10::make_intrusive<CustomNode>(std::move(function), materialize);
            node->set_next_edges(autograd::collect_next_edges(input_list));
            node->clear_input_metadata();
        }
        std::unordered_set<at::TensorImpl *> without_gradient;
        std::vector<std::optional<at::Tensor>> raw;
        for (size_t i = 0; i < output_count; i++) {
            raw.emplace_back(*outputs[i]);
            if (!differentiable[i])
                without_gradient.insert(outputs[i]->unsafeGetTensorImpl());
        }
        auto no_forward_mode = [](const variable_list &, const variable_list &) -> variable_list {
            throw shim::Error("a custom function has no gradient in forward mode");
        };
        auto view_of_itself = [](const at::Tensor &tensor) { return tensor.view_as(tensor); };
        auto wrapped = autograd::_wrap_outputs(input_list, without_gradient, {}, raw, node,
                                               no_forward_mode, {}, view_of_itself, false);
        variable_list results;
        for (const auto &output : wrapped)
            results.push_back(*output);
        if (recorded)
            node->keep(results, tensors_of(saved, saved_count));
        return new ShimValue(tuple_of(results));
    });
}

bool shim_is_same(const ShimTensor *a, const ShimTensor *b) { return a->is_same(*b); }

ShimValue *shim_checkpoint(ShimFunction function, const ShimValue *const *inputs, size_t count, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        auto owned = std::make_shared<shim::Function>(function);
        std::vector<ShimValue> values;
        for (size_t i = 0; i < count; i++)
            values.push_back(*inputs[i]);
        if (!at::GradMode::is_enabled())
            return new ShimValue(owned->call(values));
        shim::install_engine();
        auto frame = std::make_shared<Frame>(std::move(owned), values);
        return new ShimValue(frame->run(values));
    });
}
