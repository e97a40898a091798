/* What script.cpp and jit.cpp share. */
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <set>
#include <string>

namespace shim {

/* Refuses an archive whose code is nested too deeply, before LibTorch reads it. */
void check_archive(const std::string &path);

inline std::set<std::string> method_names(const torch::jit::Module &module)
{
    std::set<std::string> names;
    for (const torch::jit::Function *method : module.type()->methods())
        names.insert(method->name());
    return names;
}

} // namespace shim
