/* Process groups of gloo's, which fail as a whole and refuse what does not match. */

#include "dist.h"

/* Before ProcessGroupGloo.hpp, which asks for gloo's own headers. */
#include "gloo_abi.h"
#define USE_C10D_GLOO

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include <cstring>
#include <typeinfo>

namespace {

using Tensors = std::vector<at::Tensor>;
using WorkPointer = c10::intrusive_ptr<c10d::Work>;

/* What type_info calls gloo::transport::tcp::Pair. Asking for it with typeid would make a type_info here, in
 * place of the library's. */
constexpr const char TCP_PAIR[] = "N4gloo9transport3tcp4PairE";

/* The connections of a group of gloo's. */
class GlooWatch : public shim::Watch {
public:
    explicit GlooWatch(std::vector<std::shared_ptr<gloo::Context>> contexts, int rank, int size)
        : contexts_(contexts.begin(), contexts.end()), rank_(rank), size_(size)
    {
    }

    void cut(const std::string &reason) noexcept override
    {
        if (is_cut_.exchange(true))
            return;
        for (const auto &weak : contexts_)
            if (auto context = weak.lock())
                cut(*context, reason);
    }

private:
    void cut(gloo::Context &context, const std::string &reason) noexcept
    {
        try {
            if (c10d::getDefaultGlooLazyInit()) {
                /* Asking for a connection would make it. */
                context.closeConnections();
                return;
            }
            for (int peer = 0; peer < size_; peer++) {
                if (peer == rank_)
                    continue;
                gloo::transport::Pair *pair = context.getPair(peer).get();
                if (!pair)
                    continue;
                if (std::strcmp(typeid(*pair).name(), TCP_PAIR) == 0)
                    static_cast<gloo::transport::tcp::Pair *>(pair)->signalExceptionExternal(reason);
                else
                    pair->close();
            }
        } catch (...) {
            /* Closed already: what waits on it has been told. */
        }
    }

    /* Not held: the group goes when its owner lets go of it, whatever is still watched. */
    std::vector<std::weak_ptr<gloo::Context>> contexts_;
    int rank_, size_;
    std::atomic<bool> is_cut_{false};
};

/* FNV-1a over numbers. */
class Fingerprint {
public:
    Fingerprint &add(uint64_t number)
    {
        for (int byte = 0; byte < 8; byte++) {
            hash_ ^= (number >> (8 * byte)) & 0xff;
            hash_ *= 0x100000001b3;
        }
        return *this;
    }

    Fingerprint &add(const at::Tensor &tensor)
    {
        return add(static_cast<uint64_t>(tensor.scalar_type())).add(static_cast<uint64_t>(tensor.numel()));
    }

    uint32_t bits(int count) const
    {
        uint64_t folded = hash_ ^ (hash_ >> 32);
        return static_cast<uint32_t>(folded & ((uint64_t{1} << count) - 1));
    }

private:
    uint64_t hash_ = 0xcbf29ce484222325;
};

/*
 * PyTorch's group, with two additions.
 *
 * Watched: a collective that fails on one rank fails the connections to all, so that ranks which are not
 * neighbours of a dead one do not wait for their whole time-out.
 *
 * Guarded, when every rank is one of ours: gloo ends the process (std::terminate, from its own thread) when a
 * message is longer than what the receiver expects, and takes a shorter one without a word. Messages and
 * receivers find each other by a tag, for which c10d counts collectives. Here the tag is made of that count
 * and of what the collective is: different ones do not meet, and run into their time-out instead.
 */
class Gloo : public c10d::ProcessGroupGloo {
public:
    Gloo(const c10::intrusive_ptr<c10d::Store> &store, int rank, int size, c10::intrusive_ptr<Options> options)
        : c10d::ProcessGroupGloo(store, rank, size, std::move(options)),
          watch_(std::make_shared<GlooWatch>(contexts_, rank, size))
    {
    }

    ~Gloo() override
    {
        /* PyTorch's destructor waits for what is running. */
        if (watch_->pending.load() != 0)
            watch_->cut("the process group was destroyed");
    }

    std::shared_ptr<shim::Watch> watch() const { return watch_; }
    void guard_messages() { is_guarded_ = true; }

    void abort() override { watch_->cut("the process group was aborted"); }

    WorkPointer broadcast(Tensors &tensors, const c10d::BroadcastOptions &options) override
    {
        return run(Fingerprint().add(1).add(options.rootRank), tensors,
                   [&] { return ProcessGroupGloo::broadcast(tensors, options); });
    }

    WorkPointer allreduce(Tensors &tensors, const c10d::AllreduceOptions &options) override
    {
        return run(Fingerprint().add(2).add(options.reduceOp.op_), tensors,
                   [&] { return ProcessGroupGloo::allreduce(tensors, options); });
    }

    WorkPointer allreduce_sparse(Tensors &tensors, const c10d::AllreduceOptions &options) override
    {
        /* How many elements there are differs from rank to rank. */
        return run(Fingerprint().add(3).add(options.reduceOp.op_), {},
                   [&] { return ProcessGroupGloo::allreduce_sparse(tensors, options); });
    }

    WorkPointer allreduce_coalesced(Tensors &tensors, const c10d::AllreduceCoalescedOptions &options) override
    {
        return run(Fingerprint().add(4).add(options.reduceOp.op_), tensors,
                   [&] { return ProcessGroupGloo::allreduce_coalesced(tensors, options); });
    }

    WorkPointer reduce(Tensors &tensors, const c10d::ReduceOptions &options) override
    {
        return run(Fingerprint().add(5).add(options.reduceOp.op_).add(options.rootRank), tensors,
                   [&] { return ProcessGroupGloo::reduce(tensors, options); });
    }

    WorkPointer allgather(std::vector<Tensors> &outputs, Tensors &inputs,
                          const c10d::AllgatherOptions &options) override
    {
        return run(Fingerprint().add(6), inputs,
                   [&] { return ProcessGroupGloo::allgather(outputs, inputs, options); });
    }

    WorkPointer _allgather_base(at::Tensor &output, at::Tensor &input,
                                const c10d::AllgatherOptions &options) override
    {
        return run(Fingerprint().add(7), {input},
                   [&] { return ProcessGroupGloo::_allgather_base(output, input, options); });
    }

    WorkPointer gather(std::vector<Tensors> &outputs, Tensors &inputs,
                       const c10d::GatherOptions &options) override
    {
        return run(Fingerprint().add(8).add(options.rootRank), inputs,
                   [&] { return ProcessGroupGloo::gather(outputs, inputs, options); });
    }

    WorkPointer scatter(Tensors &outputs, std::vector<Tensors> &inputs,
                        const c10d::ScatterOptions &options) override
    {
        return run(Fingerprint().add(9).add(options.rootRank), outputs,
                   [&] { return ProcessGroupGloo::scatter(outputs, inputs, options); });
    }

    WorkPointer reduce_scatter(Tensors &outputs, std::vector<Tensors> &inputs,
                               const c10d::ReduceScatterOptions &options) override
    {
        return run(Fingerprint().add(10).add(options.reduceOp.op_), outputs,
                   [&] { return ProcessGroupGloo::reduce_scatter(outputs, inputs, options); });
    }

    WorkPointer alltoall(Tensors &outputs, Tensors &inputs, const c10d::AllToAllOptions &options) override
    {
        return run(Fingerprint().add(11), inputs,
                   [&] { return ProcessGroupGloo::alltoall(outputs, inputs, options); });
    }

    WorkPointer barrier(const c10d::BarrierOptions &options) override
    {
        return run(Fingerprint().add(12), {}, [&] { return ProcessGroupGloo::barrier(options); });
    }

    WorkPointer send(Tensors &tensors, int peer, int tag) override
    {
        return ProcessGroupGloo::send(tensors, peer, tag_of(tensors, tag));
    }

    WorkPointer recv(Tensors &tensors, int peer, int tag) override
    {
        return ProcessGroupGloo::recv(tensors, peer, tag_of(tensors, tag));
    }

private:
    /* Ten bits count, so that a collective and its successors do not meet; 22 say what it is. */
    static constexpr int COUNT_BITS = 10, KIND_BITS = 22;

    template <typename Start>
    WorkPointer run(Fingerprint fingerprint, const Tensors &tensors, Start start)
    {
        std::lock_guard<std::recursive_mutex> lock(order_);
        /* Some collectives of PyTorch's are made of others, which are told apart as they are. */
        bool is_outermost = depth_ == 0;
        if (is_guarded_ && is_outermost) {
            for (const at::Tensor &tensor : tensors)
                fingerprint.add(tensor);
            uint32_t count = count_++ & ((1u << COUNT_BITS) - 1);
            collectiveCounter_ = count << KIND_BITS | fingerprint.bits(KIND_BITS);
        }
        depth_++;
        WorkPointer work;
        try {
            work = start();
        } catch (...) {
            depth_--;
            throw;
        }
        depth_--;
        return watched(std::move(work));
    }

    WorkPointer watched(WorkPointer work)
    {
        c10::intrusive_ptr<c10::ivalue::Future> future;
        try {
            future = work->getFuture();
        } catch (const c10::Error &) {
            /* Made of works that are watched: it ends when it is waited for. */
            return work;
        }
        watch_->pending++;
        auto watch = watch_;
        future->addCallback(
            [watch](c10::ivalue::Future &future) {
                if (future.hasError())
                    watch->cut("a collective failed on this rank: " +
                               shim::explain(future.tryRetrieveErrorMessage().c_str()));
                watch->pending--;
            },
            /*uses_future=*/true);
        return work;
    }

    int tag_of(const Tensors &tensors, int tag) const
    {
        if (!is_guarded_ || tag < 0)
            return tag;
        Fingerprint fingerprint;
        fingerprint.add(static_cast<uint64_t>(tag));
        for (const at::Tensor &tensor : tensors)
            fingerprint.add(tensor);
        return static_cast<int>(fingerprint.bits(31));
    }

    std::shared_ptr<GlooWatch> watch_;
    bool is_guarded_ = false;
    /* The order in which collectives are started is that of their tags. */
    std::recursive_mutex order_;
    int depth_ = 0;
    uint32_t count_ = 0;
};

} // namespace

void shim::gloo_group(ShimGroup &group, const c10::intrusive_ptr<c10d::Store> &store, const Place &place)
{
    auto options = c10d::ProcessGroupGloo::Options::create_default(place.timeout);
    options->group_name = place.name;
    options->global_ranks_in_group = place.ranks;
    auto backend = c10::make_intrusive<Gloo>(store, place.rank, place.size, std::move(options));
    group.watch = backend->watch();
    group.backend = std::move(backend);
}

void shim_group_guard(ShimGroup *group)
{
    if (auto *gloo = dynamic_cast<Gloo *>(group->backend.get()))
        gloo->guard_messages();
}

bool shim_dist_is_lazy() { return c10d::getDefaultGlooLazyInit(); }
