/* Our engine of autograd: LibTorch's, which also keeps count of walks through a graph and asks our savers. */
#pragma once

#include <torch/csrc/autograd/engine.h>

#include <functional>
#include <memory>

namespace shim {

/* Decides what is kept of a tensor that an operation saves for its gradient. */
struct Saver {
    virtual ~Saver() = default;
    virtual std::unique_ptr<torch::autograd::SavedVariableHooks> hooks() = 0;
};

/* Puts a saver on top of the thread's stack, for as long as this lives; null stands for none. */
class SaverScope {
public:
    explicit SaverScope(Saver *top);
    SaverScope(const SaverScope &) = delete;
    SaverScope &operator=(const SaverScope &) = delete;
    ~SaverScope();

private:
    Saver *below_;
};

/* Makes our engine the one that LibTorch uses. Without it savers are not asked and walks not counted. */
void install_engine();

/* Runs this at once, or as soon as no thread walks through a graph; walks that begin meanwhile wait. It is for
 * the end of what has left hooks in graphs that do not own it, and must not throw. */
void between_walks(std::function<void()> act) noexcept;

} // namespace shim
