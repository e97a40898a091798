/*
 * The C interface of what is distributed: stores, groups, collectives and DDP. Rust declares the same in
 * src/dist/ffi.rs. It keeps to the rules of shim.h.
 */
#pragma once

#include "shim.h"

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>

/* A key-value store that the ranks meet in. */
struct ShimStore {
    c10::intrusive_ptr<c10d::Store> store;
};

namespace shim {

/* What the collectives of a group have in common: how many run, and how to end them. */
class Watch {
public:
    virtual ~Watch() = default;
    /* Fails what waits, here and on the ranks that this one is connected with. Once; later calls do nothing. */
    virtual void cut(const std::string &reason) noexcept = 0;
    std::atomic<int64_t> pending{0};
};

/* Where a rank stands in a group. */
struct Place {
    std::string name;
    std::vector<uint64_t> ranks;
    int rank, size;
    std::chrono::milliseconds timeout;
};

} // namespace shim

/* One rank's end of a process group. */
struct ShimGroup {
    c10::intrusive_ptr<c10d::ProcessGroup> group;
    c10::intrusive_ptr<c10d::Backend> backend;
    std::shared_ptr<shim::Watch> watch;
};

/* A collective that was started. */
struct ShimWork {
    c10::intrusive_ptr<c10d::Work> work;
    std::shared_ptr<shim::Watch> watch;
    /* Send, receive and reduce_scatter end when somebody waits for them, and not before. */
    bool ends_by_waiting = false;
    /* For how long those wait: what gloo's connections go by when nothing is said is the time-out with which
     * the group was formed. */
    std::chrono::milliseconds timeout{0};
};

struct ShimDdp;

namespace shim {

/* Fills in the backend of gloo's: gloo.cpp. */
void gloo_group(ShimGroup &group, const c10::intrusive_ptr<c10d::Store> &store, const Place &place);

} // namespace shim

extern "C" {

/* ---- stores ---- */

/* Connects to the store at host and port within the time; the server also opens it, and waits until
 * `world_size` ranks have connected. */
ShimStore *shim_store_tcp(const char *host, uint16_t port, bool is_server, int world_size,
                          int64_t timeout_ms, char **error);
ShimStore *shim_store_file(const char *path, int world_size, int64_t timeout_ms, char **error);
/* The part of a store whose keys begin with the prefix. */
ShimStore *shim_store_prefix(const ShimStore *store, const char *prefix, char **error);
void shim_store_free(ShimStore *store);
int shim_store_set(const ShimStore *store, const char *key, const char *value, size_t length, char **error);
/* Whether the key is there: 1, 0, or -1 on failure. Does not wait. */
int shim_store_has(const ShimStore *store, const char *key, char **error);
/* The value of a key, which this waits for. */
char *shim_store_get(const ShimStore *store, const char *key, size_t *length, char **error);

/* ---- groups ---- */

enum ShimBackend { SHIM_GLOO, SHIM_NCCL };
/* Why a backend is not in this library; null when it is. The text is a constant. */
const char *shim_dist_missing(int backend);
/* Whether connections are made when they are first needed only. */
bool shim_dist_is_lazy(void);

/* Meets the other ranks in `store`, whose prefix is the group's. `ranks` are the group's ranks in the whole. */
ShimGroup *shim_group_new(const ShimStore *store, const char *name, const uint64_t *ranks, int rank, int size,
                          int backend, int64_t timeout_ms, char **error);
/* From now on a rank's messages are only taken by the same collective of the same dtype and size. Every rank
 * must be one of ours, and do this too. */
void shim_group_guard(ShimGroup *group);
void shim_group_free(ShimGroup *group);
/* How many collectives are running. */
int64_t shim_group_pending(const ShimGroup *group);
/* Ends them with this reason. */
void shim_group_cut(const ShimGroup *group, const char *reason, size_t length);
int shim_group_set_timeout(ShimGroup *group, int64_t timeout_ms, char **error);

/* ---- collectives ---- */

enum ShimCollective {
    SHIM_BARRIER,
    SHIM_ALL_REDUCE,
    SHIM_BROADCAST,
    SHIM_ALL_GATHER,
    SHIM_REDUCE_SCATTER,
    SHIM_REDUCE,
    SHIM_GATHER,
    SHIM_SCATTER,
    SHIM_ALL_TO_ALL,
    SHIM_SEND,
    SHIM_RECV,
};

/*
 * Starts a collective. `reduction` is c10d's number of the operation; `peer` the rank in the group that is
 * the root or the other end; `tag` for send and receive. Which of the lists a collective looks at is as in
 * c10d; in-place ones work on `inputs`.
 */
ShimWork *shim_group_start(const ShimGroup *group, int collective, int reduction, int peer, int tag,
                           const ShimTensor *const *inputs, size_t input_count,
                           const ShimTensor *const *outputs, size_t output_count, char **error);
/* 1 when it is done, 0 when it is not after this time (below 0: without an end), -1 when it failed. */
int shim_work_wait(ShimWork *work, int64_t timeout_ms, char **error);
bool shim_work_is_completed(const ShimWork *work);
/* Lets what ends by waiting end by itself, on a thread of its own. */
int shim_work_detach(ShimWork *work, char **error);
void shim_work_free(ShimWork *work);

/* ---- DDP: ddp.cpp ---- */

struct ShimDdpOptions {
    int64_t bucket_bytes, first_bucket_bytes;
    bool find_unused_parameters, broadcast_buffers, gradient_as_bucket_view, static_graph;
};

/* Compares the parameters' shapes across the ranks, sends those of rank 0 to all, and reduces gradients from
 * now on. `parameters` that need gradients come with `is_sparse`, whether their gradients are sparse. */
ShimDdp *shim_ddp_new(const ShimGroup *group, const ShimTensor *const *parameters, const bool *is_sparse,
                      size_t parameter_count, const ShimTensor *const *states, size_t state_count,
                      const ShimTensor *const *buffers, size_t buffer_count, const ShimDdpOptions *options,
                      char **error);
int shim_ddp_before_forward(ShimDdp *ddp, bool sync, char **error);
/* The outputs in a tuple: those that came in, or stand-ins for them. */
ShimValue *shim_ddp_after_forward(ShimDdp *ddp, bool sync, const ShimTensor *const *outputs, size_t count,
                                  char **error);
void shim_ddp_free(ShimDdp *ddp);
}
