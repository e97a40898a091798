/* The concurrent map and queue through their C functions beside those of oneTBB, in the same mix, on
 * one thread and on two.
 *
 *     cargo xtask bench-c tbb_mix
 *
 * Debian has oneTBB in libtbb-dev.
 * links: -ltbb
 */
#include "simple_runtime.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

#include <tbb/concurrent_hash_map.h>
#include <tbb/concurrent_queue.h>

namespace {

constexpr std::uint64_t rounds = 2'000'000;
constexpr int repetitions = 7;
constexpr std::int64_t keys = 1024;

// Nanoseconds for each round, the best of several repetitions.
template <class Work>
double measure(int threads, Work work) {
    double best = 1e9;
    for (int repetition = 0; repetition < repetitions; repetition++) {
        std::atomic<int> ready{0};
        std::vector<double> times(static_cast<std::size_t>(threads));
        std::vector<std::thread> crew;
        for (int thread = 0; thread < threads; thread++) {
            crew.emplace_back([&, thread] {
                ready.fetch_add(1);
                while (ready.load() < threads) {
                }
                const auto begin = std::chrono::steady_clock::now();
                for (std::uint64_t round = 0; round < rounds; round++) {
                    work(static_cast<std::uint64_t>(thread), round);
                }
                const std::chrono::duration<double, std::nano> time =
                    std::chrono::steady_clock::now() - begin;
                times[static_cast<std::size_t>(thread)] = time.count() / rounds;
            });
        }
        for (auto &thread : crew) {
            thread.join();
        }
        best = std::min(best, *std::max_element(times.begin(), times.end()));
    }
    return best;
}

void report(const char *what, int threads, double ours, double theirs) {
    std::printf("%-6s %d thread(s): rt %6.1f ns, tbb %6.1f ns, %.2f x as fast\n", what, threads,
                ours, theirs, theirs / ours);
}

// 1,024 keys in an order that looks like chance.
std::int64_t key_of(std::uint64_t thread, std::uint64_t round) {
    return static_cast<std::int64_t>(((thread << 32 | round) * 0x9E3779B97F4A7C15) >> 54);
}

// Eight of ten rounds read, one sets and one takes out.
void maps(int threads) {
    using Map = tbb::concurrent_hash_map<std::int64_t, RuntimeValue>;
    const std::int64_t handle = rt_concurrent_map_new();
    Map map;
    for (std::int64_t key = 0; key < keys; key++) {
        rt_concurrent_map_insert(handle, key, RT_TRUE);
        map.insert({key, RT_TRUE});
    }
    std::atomic<std::uint64_t> seen{0};
    const double ours = measure(threads, [&](std::uint64_t thread, std::uint64_t round) {
        const std::int64_t key = key_of(thread, round);
        switch (round % 10) {
        case 0: rt_concurrent_map_insert(handle, key, RT_TRUE); break;
        case 5: rt_concurrent_map_remove(handle, key); break;
        default:
            if (rt_concurrent_map_get(handle, key) == RT_FALSE) {
                seen.fetch_add(1);
            }
        }
    });
    const double theirs = measure(threads, [&](std::uint64_t thread, std::uint64_t round) {
        const std::int64_t key = key_of(thread, round);
        switch (round % 10) {
        case 0: {
            Map::accessor entry;
            map.insert(entry, key);
            entry->second = RT_TRUE;
            break;
        }
        case 5: map.erase(key); break;
        default: {
            Map::const_accessor entry;
            if (map.find(entry, key) && entry->second == RT_FALSE) {
                seen.fetch_add(1);
            }
        }
        }
    });
    rt_concurrent_map_free(handle);
    report("map", threads, ours, theirs);
}

// A push and a pop.
void queues(int threads) {
    const std::int64_t handle = rt_concurrent_queue_new();
    tbb::concurrent_queue<RuntimeValue> queue;
    for (int i = 0; i < 100; i++) {
        rt_concurrent_queue_push(handle, RT_TRUE);
        queue.push(RT_TRUE);
    }
    std::atomic<std::uint64_t> seen{0};
    const double ours = measure(threads, [&](std::uint64_t, std::uint64_t) {
        rt_concurrent_queue_push(handle, RT_TRUE);
        if (rt_concurrent_queue_pop(handle) == RT_FALSE) {
            seen.fetch_add(1);
        }
    });
    const double theirs = measure(threads, [&](std::uint64_t, std::uint64_t) {
        queue.push(RT_TRUE);
        RuntimeValue value = RT_NIL;
        if (queue.try_pop(value) && value == RT_FALSE) {
            seen.fetch_add(1);
        }
    });
    rt_concurrent_queue_free(handle);
    report("queue", threads, ours, theirs);
}

} // namespace

int main() {
    for (int threads = 1; threads <= 2; threads++) {
        maps(threads);
        queues(threads);
    }
    return 0;
}
