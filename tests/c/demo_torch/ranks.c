/* Several processes that learn together: `cargo xtask demo --ranks 2` starts them. */
#include "demo_torch.h"

#include <stdlib.h>

/* Joins the others when the environment says that there are any. */
void join_ranks(void) {
    static const char backend[] = "gloo";
    if (getenv("WORLD_SIZE") != NULL) {
        must_be_done(rt_torch_dist_init_process_group((const uint8_t *)backend, sizeof backend - 1),
                     "the group of ranks");
    }
}

int64_t rank_count(void) {
    return rt_torch_dist_is_initialized() ? rt_torch_dist_world_size() : 1;
}

/* One of them talks. */
int is_first_rank(void) {
    return !rt_torch_dist_is_initialized() || rt_torch_dist_rank() == 0;
}

void leave_ranks(void) {
    if (rt_torch_dist_is_initialized()) {
        /* Nobody leaves while another still waits for it. */
        must_be_done(rt_torch_dist_barrier(), "the barrier");
        must_be_done(rt_torch_dist_destroy_process_group(), "the end of the group");
    }
}
