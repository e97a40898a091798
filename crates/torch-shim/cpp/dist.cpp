/* Stores, process groups and collectives, on PyTorch's c10d. */

#include "dist.h"

#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#ifdef SIMPLE_RUNTIME_NCCL
#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <thread>

using shim::guard;
using std::chrono::milliseconds;

namespace {

using Tensors = std::vector<at::Tensor>;
using WorkPointer = c10::intrusive_ptr<c10d::Work>;

Tensors tensors_of(const ShimTensor *const *tensors, size_t count)
{
    Tensors list;
    list.reserve(count);
    for (size_t i = 0; i < count; i++)
        list.push_back(*tensors[i]);
    return list;
}

#ifdef SIMPLE_RUNTIME_NCCL
/* PyTorch's own watchdog sees to it that a group of NCCL's fails as a whole. */
class NcclWatch : public shim::Watch {
public:
    explicit NcclWatch(c10::intrusive_ptr<c10d::ProcessGroupNCCL> group) : group_(std::move(group)) {}

    void cut(const std::string &) noexcept override
    {
        try {
            if (auto group = group_.lock())
                group->abort();
        } catch (...) {
            /* It is gone as far as it goes. */
        }
    }

private:
    c10::weak_intrusive_ptr<c10d::ProcessGroupNCCL> group_;
};

void nccl_group(ShimGroup &group, const c10::intrusive_ptr<c10d::Store> &store, const shim::Place &place)
{
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = place.timeout;
    options->group_name = place.name;
    options->global_ranks_in_group = place.ranks;
    auto backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, place.rank, place.size, std::move(options));
    group.watch = std::make_shared<NcclWatch>(backend);
    group.backend = std::move(backend);
}
#endif

/* The end of what is waited for on a thread of its own. */
class Background : public c10d::Work {
public:
    Background(int rank, c10d::OpType type) : c10d::Work(rank, type) {}

    static void run(const c10::intrusive_ptr<Background> &self, const WorkPointer &work,
                    std::chrono::milliseconds timeout, const std::shared_ptr<shim::Watch> &watch)
    {
        watch->pending++;
        try {
            std::thread([self, work, timeout, watch] {
                std::exception_ptr failure;
                try {
                    work->wait(timeout);
                } catch (const std::exception &thrown) {
                    failure = std::current_exception();
                    watch->cut(std::string("a collective failed on this rank: ") + shim::explain(thrown.what()));
                } catch (...) {
                    failure = std::current_exception();
                }
                watch->pending--;
                self->finish(failure);
            }).detach();
        } catch (...) {
            watch->pending--;
            throw;
        }
    }
};

} // namespace

/* ---- stores ---- */

ShimStore *shim_store_tcp(const char *host, uint16_t port, bool is_server, int world_size, int64_t timeout_ms,
                          char **error)
{
    return guard(error, static_cast<ShimStore *>(nullptr), [&] {
        c10d::TCPStoreOptions options;
        options.port = port;
        options.isServer = is_server;
        options.numWorkers = static_cast<size_t>(world_size);
        options.waitWorkers = true;
        options.timeout = milliseconds(timeout_ms);
        return new ShimStore{c10::make_intrusive<c10d::TCPStore>(host, options)};
    });
}

ShimStore *shim_store_file(const char *path, int world_size, int64_t timeout_ms, char **error)
{
    return guard(error, static_cast<ShimStore *>(nullptr), [&] {
        auto store = c10::make_intrusive<c10d::FileStore>(path, world_size);
        store->setTimeout(milliseconds(timeout_ms));
        return new ShimStore{std::move(store)};
    });
}

ShimStore *shim_store_prefix(const ShimStore *store, const char *prefix, char **error)
{
    return guard(error, static_cast<ShimStore *>(nullptr), [&] {
        return new ShimStore{c10::make_intrusive<c10d::PrefixStore>(prefix, store->store)};
    });
}

void shim_store_free(ShimStore *store)
{
    char *error = nullptr;
    guard(&error, 0, [&] {
        delete store;
        return 1;
    });
    shim_text_free(error);
}

int shim_store_set(const ShimStore *store, const char *key, const char *value, size_t length, char **error)
{
    return guard(error, 0, [&] {
        store->store->set(key, std::vector<uint8_t>(value, value + length));
        return 1;
    });
}

int shim_store_has(const ShimStore *store, const char *key, char **error)
{
    return guard(error, -1, [&] { return store->store->check({key}) ? 1 : 0; });
}

char *shim_store_get(const ShimStore *store, const char *key, size_t *length, char **error)
{
    return guard(error, static_cast<char *>(nullptr), [&] {
        auto value = store->store->get(key);
        *length = value.size();
        return shim::text_of(std::string(value.begin(), value.end()));
    });
}

/* ---- groups ---- */

const char *shim_dist_missing(int backend)
{
    if (backend == SHIM_GLOO)
        return nullptr;
#ifdef SIMPLE_RUNTIME_NCCL
    return nullptr;
#else
    return SIMPLE_RUNTIME_NO_NCCL;
#endif
}

ShimGroup *shim_group_new(const ShimStore *store, const char *name, const uint64_t *ranks, int rank, int size,
                          int backend, int64_t timeout_ms, char **error)
{
    return guard(error, static_cast<ShimGroup *>(nullptr), [&]() -> ShimGroup * {
        if (const char *why = shim_dist_missing(backend))
            throw shim::Error(why);
        shim::Place place{name, std::vector<uint64_t>(ranks, ranks + size), rank, size, milliseconds(timeout_ms)};
        auto made = std::make_unique<ShimGroup>();
        made->group = c10::make_intrusive<c10d::ProcessGroup>(store->store, rank, size);
        using Type = c10d::ProcessGroup::BackendType;
        auto type = backend == SHIM_GLOO ? Type::GLOO : Type::NCCL;
        /* Where Python's torch.distributed looks for the other ranks. */
        auto meeting = c10::make_intrusive<c10d::PrefixStore>(type == Type::GLOO ? "cpu/" : "cuda/", store->store);
        if (type == Type::GLOO)
            shim::gloo_group(*made, meeting, place);
#ifdef SIMPLE_RUNTIME_NCCL
        else
            nccl_group(*made, meeting, place);
#endif
        made->group->setDefaultBackend(type);
        if (type == Type::GLOO)
            made->group->setBackend(c10::DeviceType::CPU, type, made->backend);
        made->group->setBackend(c10::DeviceType::CUDA, type, made->backend);
        made->group->setGroupName(name);
        return made.release();
    });
}

void shim_group_free(ShimGroup *group)
{
    char *error = nullptr;
    guard(&error, 0, [&] {
        delete group;
        return 1;
    });
    shim_text_free(error);
}

int64_t shim_group_pending(const ShimGroup *group) { return group->watch->pending.load(); }

void shim_group_cut(const ShimGroup *group, const char *reason, size_t length)
{
    char *error = nullptr;
    guard(&error, 0, [&] {
        group->watch->cut(std::string(reason, length));
        return 1;
    });
    shim_text_free(error);
}

int shim_group_set_timeout(ShimGroup *group, int64_t timeout_ms, char **error)
{
    return guard(error, 0, [&] {
        group->backend->setTimeout(milliseconds(timeout_ms));
        return 1;
    });
}

/* ---- collectives ---- */

namespace {

WorkPointer start(c10d::Backend &backend, int collective, int reduction, int peer, int tag, Tensors inputs,
                  Tensors outputs)
{
    auto operation = static_cast<c10d::ReduceOp::RedOpType>(reduction);
    std::vector<Tensors> lists;
    switch (collective) {
    case SHIM_BARRIER:
        return backend.barrier({});
    case SHIM_ALL_REDUCE: {
        c10d::AllreduceOptions options;
        options.reduceOp = operation;
        return backend.allreduce(inputs, options);
    }
    case SHIM_BROADCAST: {
        c10d::BroadcastOptions options;
        options.rootRank = peer;
        return backend.broadcast(inputs, options);
    }
    case SHIM_ALL_GATHER:
        lists.push_back(std::move(outputs));
        return backend.allgather(lists, inputs, {});
    case SHIM_REDUCE_SCATTER: {
        c10d::ReduceScatterOptions options;
        options.reduceOp = operation;
        lists.push_back(std::move(inputs));
        return backend.reduce_scatter(outputs, lists, options);
    }
    case SHIM_REDUCE: {
        c10d::ReduceOptions options;
        options.reduceOp = operation;
        options.rootRank = peer;
        return backend.reduce(inputs, options);
    }
    case SHIM_GATHER: {
        c10d::GatherOptions options;
        options.rootRank = peer;
        if (backend.getRank() == peer)
            lists.push_back(std::move(outputs));
        return backend.gather(lists, inputs, options);
    }
    case SHIM_SCATTER: {
        c10d::ScatterOptions options;
        options.rootRank = peer;
        if (backend.getRank() == peer)
            lists.push_back(std::move(inputs));
        return backend.scatter(outputs, lists, options);
    }
    case SHIM_ALL_TO_ALL:
        return backend.alltoall(outputs, inputs, {});
    case SHIM_SEND:
        return backend.send(inputs, peer, tag);
    case SHIM_RECV:
        return backend.recv(inputs, peer, tag);
    default:
        throw shim::Error("no such collective");
    }
}

} // namespace

ShimWork *shim_group_start(const ShimGroup *group, int collective, int reduction, int peer, int tag,
                           const ShimTensor *const *inputs, size_t input_count,
                           const ShimTensor *const *outputs, size_t output_count, char **error)
{
    return guard(error, static_cast<ShimWork *>(nullptr), [&] {
        auto work = start(*group->backend, collective, reduction, peer, tag, tensors_of(inputs, input_count),
                          tensors_of(outputs, output_count));
        bool ends_by_waiting =
            collective == SHIM_SEND || collective == SHIM_RECV || collective == SHIM_REDUCE_SCATTER;
        auto timeout = ends_by_waiting ? group->backend->getBackendOptions()->timeout : kNoTimeout;
        return new ShimWork{std::move(work), group->watch, ends_by_waiting, timeout};
    });
}

int shim_work_detach(ShimWork *work, char **error)
{
    return guard(error, 0, [&] {
        if (work->ends_by_waiting) {
            auto background = c10::make_intrusive<Background>(-1, work->work->retrieveOpType());
            Background::run(background, work->work, work->timeout, work->watch);
            work->work = background;
            work->ends_by_waiting = false;
        }
        return 1;
    });
}

int shim_work_wait(ShimWork *work, int64_t timeout_ms, char **error)
{
    /* Of this many, a clock in nanoseconds does not overflow. */
    constexpr int64_t LONGEST = int64_t{1} << 40;
    return guard(error, -1, [&] {
        c10d::Work &inner = *work->work;
        if (work->ends_by_waiting) {
            try {
                inner.wait(work->timeout);
            } catch (const std::exception &thrown) {
                work->watch->cut(std::string("a collective failed on this rank: ") + shim::explain(thrown.what()));
                throw;
            }
            return 1;
        }
        if (timeout_ms == 0 && !inner.isCompleted())
            return 0;
        if (timeout_ms <= 0) {
            inner.wait();
            return 1;
        }
        try {
            inner.wait(milliseconds(std::min(timeout_ms, LONGEST)));
        } catch (...) {
            /* The time is up for the one who waits, not for the collective. */
            if (!inner.isCompleted())
                return 0;
            throw;
        }
        return 1;
    });
}

bool shim_work_is_completed(const ShimWork *work)
{
    char *error = nullptr;
    bool is_completed = guard(&error, true, [&] { return work->work->isCompleted(); });
    shim_text_free(error);
    return is_completed;
}

void shim_work_free(ShimWork *work)
{
    char *error = nullptr;
    guard(&error, 0, [&] {
        delete work;
        return 1;
    });
    shim_text_free(error);
}
