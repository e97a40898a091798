/*
 * Where large tensors on the CPU get their memory: pages of the system's that are kept for the next tensor of
 * about that size.
 *
 * LibTorch takes all memory from posix_memalign. In glibc before 2.38 a freed block that was aligned does not
 * hold the next one of the same size, so a network's memory falls to pieces: 32 blocks of layers that keep 64
 * MB with checkpoints took 620 MB. What glibc gives back to the system on the other hand has to be cleared by
 * it at the next step, which took a fifth of the time of two convolutions. PyTorch does for GPUs what this
 * file does for the CPU, and advises another allocator for the latter.
 *
 * Kept is at most as much as was in use at one time, or LEAST_KEPT if that is more, and never above MOST_KEPT.
 */
#include "shim.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <sys/mman.h>

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

namespace {

/* Smaller ones are malloc's, which takes this size from the system page by page, too, unless told otherwise. */
constexpr size_t SMALLEST = size_t(128) << 10;
constexpr size_t LEAST_KEPT = size_t(64) << 20;
constexpr size_t MOST_KEPT = size_t(1) << 30;
/* Linux allows a process 65,530 maps, and each block is one. With this many blocks, malloc is asked. */
constexpr size_t MOST_BLOCKS = 16384;

/* The sizes of blocks: eight steps between one power of two and the next, so at most an eighth is waste. */
size_t rounded(size_t bytes)
{
    size_t step = SMALLEST / 8;
    while (step * 16 <= bytes)
        step *= 2;
    return (bytes + step - 1) / step * step;
}

class Pages {
public:
    /* A block of at least so many bytes; null when the system has none. */
    void *take(size_t bytes)
    {
        const size_t size = rounded(bytes);
        std::lock_guard<std::mutex> lock(mutex_);
        if (auto found = by_size_.find(size); found != by_size_.end()) {
            auto block = found->second.back();
            void *address = block->address;
            forget(block);
            use(address, size);
            return address;
        }
        if (live_.size() + kept_.size() >= MOST_BLOCKS)
            drop_all_above(0);
        if (live_.size() >= MOST_BLOCKS)
            return nullptr;
        void *address = map(size);
        if (!address) {
            drop_all_above(0);
            address = map(size);
        }
        if (address)
            use(address, size);
        return address;
    }

    /* Takes a block back; false for an address that is none. */
    bool give(void *address)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        auto found = live_.find(address);
        if (found == live_.end())
            return false;
        const size_t size = found->second;
        live_.erase(found);
        used_ -= size;
        kept_.push_back({address, size});
        by_size_[size].push_back(std::prev(kept_.end()));
        kept_bytes_ += size;
        drop_all_above(std::min(std::max(peak_, LEAST_KEPT), MOST_KEPT));
        return true;
    }

    void empty()
    {
        std::lock_guard<std::mutex> lock(mutex_);
        drop_all_above(0);
        peak_ = used_;
    }

    void count(uint64_t &used, uint64_t &kept)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        used = used_;
        kept = kept_bytes_;
    }

private:
    struct Block {
        void *address;
        size_t size;
    };
    using Kept = std::list<Block>;

    static void *map(size_t size)
    {
        void *address = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return address == MAP_FAILED ? nullptr : address;
    }

    void use(void *address, size_t size)
    {
        live_.emplace(address, size);
        used_ += size;
        peak_ = std::max(peak_, used_);
    }

    void forget(Kept::iterator block)
    {
        auto same = by_size_.find(block->size);
        auto &blocks = same->second;
        blocks.erase(std::find(blocks.begin(), blocks.end(), block));
        if (blocks.empty())
            by_size_.erase(same);
        kept_bytes_ -= block->size;
        kept_.erase(block);
    }

    /* Gives blocks back to the system, those first that were freed first. */
    void drop_all_above(size_t most)
    {
        while (kept_bytes_ > most) {
            Block block = kept_.front();
            forget(kept_.begin());
            munmap(block.address, block.size);
        }
    }

    std::mutex mutex_;
    std::unordered_map<void *, size_t> live_;
    Kept kept_; /* in the order in which they were freed */
    std::map<size_t, std::vector<Kept::iterator>> by_size_;
    size_t used_ = 0, kept_bytes_ = 0, peak_ = 0;
};

/* Never destroyed: tensors may outlive everything else at exit. */
Pages &pages()
{
    static Pages &pages = *new Pages;
    return pages;
}

class Allocator final : public c10::Allocator {
public:
    c10::DataPtr allocate(size_t bytes) override
    {
        if (bytes >= SMALLEST)
            if (void *address = pages().take(bytes))
                return {address, address, &free, c10::Device(c10::DeviceType::CPU)};
        return c10::GetDefaultCPUAllocator()->allocate(bytes);
    }

    c10::DeleterFnPtr raw_deleter() const override { return &free; }

    void copy_data(void *to, const void *from, size_t count) const override { default_copy_data(to, from, count); }

private:
    static void free(void *address)
    {
        if (address && !pages().give(address))
            c10::GetDefaultCPUAllocator()->raw_deallocate(address);
    }
};

} // namespace

extern "C" {

void shim_keep_pages()
{
    c10::SetCPUAllocator(new Allocator);
}

void shim_empty_pages() { pages().empty(); }

void shim_count_pages(uint64_t *used, uint64_t *kept)
{
    pages().count(*used, *kept);
}

} // extern "C"
