/* Our engine of autograd. */

#include "engine.h"

#include <functional>
#include <mutex>
#include <vector>

namespace autograd = torch::autograd;

namespace {

thread_local shim::Saver *saver = nullptr;

/* How many walks there are, and what waits for the end of all. */
struct Walks {
    /* What it protects may let go of more that has to wait. */
    std::recursive_mutex mutex;
    int64_t count = 0;
    std::vector<std::function<void()>> waiting;

    /* Never destroyed: threads may outlive main. */
    static Walks &all()
    {
        static auto *walks = new Walks();
        return *walks;
    }
};

/* One walk through a graph, for as long as this lives. */
class Walk {
public:
    Walk()
    {
        std::lock_guard<std::recursive_mutex> lock(walks_.mutex);
        walks_.count++;
    }
    Walk(const Walk &) = delete;
    Walk &operator=(const Walk &) = delete;
    ~Walk()
    {
        std::lock_guard<std::recursive_mutex> lock(walks_.mutex);
        if (--walks_.count != 0)
            return;
        decltype(walks_.waiting) over;
        over.swap(walks_.waiting);
        for (auto &act : over)
            act();
    }

private:
    Walks &walks_ = Walks::all();
};

class Engine : public autograd::Engine {
public:
    autograd::variable_list execute(const autograd::edge_list &roots, const autograd::variable_list &inputs,
                                    bool keep_graph, bool create_graph, bool accumulate_grad,
                                    const autograd::edge_list &outputs) override
    {
        Walk walk;
        return autograd::Engine::execute(roots, inputs, keep_graph, create_graph, accumulate_grad, outputs);
    }

    std::unique_ptr<autograd::SavedVariableHooks> get_default_saved_variable_hooks() override
    {
        return saver ? saver->hooks() : nullptr;
    }

    static autograd::Engine &instance()
    {
        /* Never destroyed: threads of a GPU may outlive main. */
        static auto *engine = new Engine();
        return *engine;
    }

private:
    Engine() = default;
};

} // namespace

shim::SaverScope::SaverScope(Saver *top) : below_(saver) { saver = top; }

shim::SaverScope::~SaverScope() { saver = below_; }

void shim::install_engine()
{
    static std::once_flag once;
    std::call_once(once, [] { autograd::set_default_engine_stub(&Engine::instance); });
}

void shim::between_walks(std::function<void()> act) noexcept
{
    Walks &walks = Walks::all();
    std::lock_guard<std::recursive_mutex> lock(walks.mutex);
    if (walks.count == 0) {
        act();
        return;
    }
    try {
        walks.waiting.push_back(std::move(act));
    } catch (...) {
        /* Without memory to remember it, it stays for ever. */
    }
}
