/* Tests of the functions of runtime-core and of the facade: the version, last errors, counts. */
#include "harness.h"

#include <pthread.h>

static void the_version_is_the_headers(void) {
    CHECK_UINT(simple_runtime_abi_version(), SIMPLE_RUNTIME_ABI_VERSION);
    CHECK_UINT(SIMPLE_RUNTIME_ABI_VERSION, 0x00010002);
}

static void a_success_leaves_the_last_error_alone(void) {
    CHECK_NO_ERROR();
    CHECK_NIL(rt_last_error_message());
    rt_array_push(RT_NIL, RT_NIL);
    const int64_t code = rt_last_error_code();
    CHECK(code != RT_ERROR_NONE);
    rt_value_free(str("a success"));
    CHECK_INT(rt_last_error_code(), code);
    CHECK_INT(rt_last_error_errno(), 0);
    CHECK_LAST_ERROR(code, "rt_array_push");
    CHECK_NO_ERROR();
}

static void *on_another_thread(void *unused) {
    CHECK_NO_ERROR();
    rt_array_push(RT_NIL, RT_NIL);
    CHECK(rt_last_error_code() != RT_ERROR_NONE);
    return unused;
}

static void each_thread_has_its_own_error(void) {
    pthread_t thread;
    rt_last_error_clear();
    CHECK_INT(pthread_create(&thread, NULL, on_another_thread, NULL), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_NO_ERROR();
}

static void what_is_no_kind_has_no_handles(void) {
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    for (int64_t kind = -2; kind < 70; kind++) {
        CHECK_LIVE_HANDLES(kind, 0);
    }
    CHECK_LIVE_HANDLES(INT64_MIN, 0);
    CHECK_LIVE_HANDLES(INT64_MAX, 0);
    CHECK_NO_ERROR();
}

int main(void) {
    the_version_is_the_headers();
    a_success_leaves_the_last_error_alone();
    each_thread_has_its_own_error();
    what_is_no_kind_has_no_handles();
    return harness_report("core");
}
