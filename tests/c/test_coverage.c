/* Tests of the functions of runtime-coverage: known answers, MC/DC, paths, threads, bad dumps. */
#include "harness.h"

#include <pthread.h>

/* The dump has the text; frees the dump. */
static bool dump_has(char *dump, const char *text) {
    const bool has = dump != NULL && strstr(dump, text) != NULL;
    rt_coverage_free_sdn(dump);
    return has;
}

static void decisions_are_counted(void) {
    rt_coverage_clear();
    rt_coverage_decision_probe(1, true, "test.spl", 10, 5);
    rt_coverage_decision_probe(1, false, "test.spl", 10, 5);
    rt_coverage_decision_probe(2, true, "test.spl", 11, 5);
    CHECK(dump_has(rt_coverage_dump_sdn(), "version: 1.0"));
    CHECK(dump_has(rt_coverage_dump_sdn(), "total_decisions: 2"));
    CHECK(dump_has(rt_coverage_dump_sdn(), "covered_decisions: 1"));
    CHECK(dump_has(rt_coverage_dump_sdn(), "decision_percent: 50.0"));
    CHECK(dump_has(rt_coverage_dump_lcov(), "SF:test.spl\nBRDA:10,0,0,1\nBRDA:10,0,1,1\n"));
    CHECK(dump_has(rt_coverage_dump_json(), "\"one_way\":true"));
    CHECK_NO_ERROR();
}

static void independence_is_shown(void) {
    rt_coverage_clear();
    rt_condition_probe(1, 0, true);
    rt_decision_probe(1, true);
    CHECK(dump_has(rt_coverage_dump_sdn(), "independent_conditions: 0"));
    rt_condition_probe(1, 0, false);
    rt_decision_probe(1, false);
    CHECK(dump_has(rt_coverage_dump_sdn(), "independent_conditions: 1"));
}

static void paths_are_counted(void) {
    rt_coverage_clear();
    for (uint32_t block = 0; block < 3; block++) {
        rt_coverage_path_probe(1, block);
    }
    rt_coverage_path_finalize(1);
    rt_coverage_path_finalize(2);
    CHECK(dump_has(rt_coverage_dump_sdn(), "1, [0,1,2], 1"));
    rt_path_probe(UINT64_MAX, 7);
    rt_path_finalize(UINT64_MAX);
    CHECK(dump_has(rt_coverage_dump_sdn(), "18446744073709551615, [7], 1"));
}

static void *probe_often(void *unused) {
    for (int n = 0; n < 1000; n++) {
        rt_decision_probe(UINT64_MAX, true);
    }
    return unused;
}

static void threads_leave_their_counts(void) {
    rt_coverage_clear();
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, probe_often, NULL), 0);
    probe_often(NULL);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK(dump_has(rt_coverage_dump_sdn(), "18446744073709551615, \"\", 0, 0, 2000, 0, true"));
}

static void switches_and_bad_dumps(void) {
    rt_coverage_clear();
    CHECK(rt_coverage_disable());
    CHECK(!rt_coverage_enabled());
    rt_path_probe(1, 0);
    CHECK(!rt_coverage_enable());
    CHECK(dump_has(rt_coverage_dump_sdn(), "total_decisions: 0"));
    char *dump = rt_coverage_dump_sdn();
    rt_coverage_free_sdn(dump);
    CHECK_NO_ERROR();
    rt_coverage_free_sdn(dump);
    CHECK_LAST_ERROR(RT_ERROR_INVALID_ARGUMENT, "rt_coverage_free_sdn");
    rt_coverage_free_sdn(NULL);
    CHECK_NO_ERROR();
}

int main(void) {
    decisions_are_counted();
    independence_is_shown();
    paths_are_counted();
    threads_leave_their_counts();
    switches_and_bad_dumps();
    return harness_report("coverage");
}
