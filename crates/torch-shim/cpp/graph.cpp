/* Graphs of traced operations as values, for who translates them into another format. */

#include "shim.h"

#include <ATen/core/grad_mode.h>
#include <ATen/core/jit_type.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/runtime/interpreter.h>

#include <mutex>
#include <set>

namespace jit = torch::jit;
using shim::guard;

namespace {

/* ---- where an operation came from ---- */

std::string place_of(const jit::SourceRange &range)
{
    auto place = range.file_line_col();
    if (!place)
        return "";
    auto [file, line, column] = *place;
    size_t slash = file.rfind('/');
    if (slash != std::string::npos)
        file = file.substr(slash + 1);
    std::string text = "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
    return file.empty() || file[0] == '<' ? text : file + ", " + text;
}

/* Operations that the interpreter runs while it is traced get the place in the source that it is at. */
void record_place(jit::Node *node)
{
    auto stack = jit::currentCallstack();
    if (!stack.empty())
        node->setSourceRange(stack.back().range);
}

/* ---- the graph as values ---- */

ShimValue tuple_of(std::vector<ShimValue> items) { return c10::ivalue::Tuple::create(std::move(items)); }

template <typename Values> ShimValue ids_of(const Values &values)
{
    std::vector<ShimValue> ids;
    for (const jit::Value *value : values)
        ids.emplace_back(static_cast<int64_t>(value->unique()));
    return tuple_of(std::move(ids));
}

/* id, type, dtype (-1 for none), sizes (None where they are not known) */
ShimValue describe(const jit::Value *value)
{
    int64_t dtype = -1;
    ShimValue sizes;
    if (auto type = value->type()->cast<c10::TensorType>()) {
        if (type->scalarType())
            dtype = static_cast<int64_t>(*type->scalarType());
        if (auto known = type->sizes().concrete_sizes()) {
            std::vector<ShimValue> list(known->begin(), known->end());
            sizes = tuple_of(std::move(list));
        }
    }
    return tuple_of({static_cast<int64_t>(value->unique()), shim::without_addresses(value->type()->repr_str()),
                     dtype, std::move(sizes)});
}

/* A constant that has a counterpart, else none. */
ShimValue constant_of(jit::Node *node)
{
    if (node->kind() != c10::prim::Constant)
        return ShimValue();
    auto value = jit::toIValue(node->output());
    return value && shim_value_kind(&*value) != SHIM_OTHER ? *value : ShimValue();
}

/* kind, module, place, name, inputs, names of the inputs, outputs, constant */
ShimValue describe(jit::Node *node)
{
    std::vector<ShimValue> names;
    if (const c10::FunctionSchema *schema = node->maybeSchema())
        for (const c10::Argument &argument : schema->arguments())
            names.emplace_back(argument.name());
    std::string name = node->kind() == c10::prim::GetAttr ? node->s(c10::attr::name) : std::string();
    std::string module = node->scope() && !node->scope()->isRoot() && !node->scope()->isBlank()
                             ? std::string(node->scope()->name().toUnqualString())
                             : std::string();
    return tuple_of({std::string(node->kind().toQualString()), std::move(module),
                     place_of(node->sourceRange()), std::move(name), ids_of(node->inputs()),
                     tuple_of(std::move(names)), ids_of(node->outputs()), constant_of(node)});
}

ShimValue describe(const std::shared_ptr<jit::Graph> &graph)
{
    jit::Inline(*graph);
    jit::EliminateDeadCode(graph);
    std::vector<ShimValue> nodes, values;
    for (const jit::Value *input : graph->inputs())
        values.push_back(describe(input));
    for (jit::Node *node : graph->nodes()) {
        if (!node->blocks().empty())
            throw shim::Error(std::string(node->kind().toQualString()) + " was traced as a block");
        nodes.push_back(describe(node));
        for (const jit::Value *output : node->outputs())
            values.push_back(describe(output));
    }
    return tuple_of({tuple_of(std::move(nodes)), tuple_of(std::move(values)), ids_of(graph->inputs()),
                     ids_of(graph->outputs())});
}

/* Results that come from no input are constants of the graph; the tracer would refuse them. */
void keep_constants(const ShimValue &result)
{
    if (result.isTensor()) {
        auto state = jit::tracer::getTracingState();
        if (result.toTensor().defined() && !state->hasValue(result))
            jit::tracer::setValueTrace(result, state->graph->insertConstant(result.toTensor().detach()));
    } else if (result.isTuple()) {
        for (const ShimValue &item : result.toTupleRef().elements())
            keep_constants(item);
    } else if (result.isTensorList()) {
        for (const at::Tensor &item : result.toTensorVector())
            keep_constants(item);
    }
}

ShimValue *trace(jit::Module *module, const ShimValue *const *inputs, size_t count,
                 const std::function<jit::Stack(jit::Stack)> &run)
{
    static std::once_flag once;
    std::call_once(once, [] { jit::tracer::setRecordSourceLocation(record_place); });
    if (jit::tracer::isTracing())
        throw shim::Error("this thread is tracing already");
    at::NoGradGuard nothing_recorded;
    jit::Stack stack;
    for (size_t i = 0; i < count; i++)
        stack.push_back(*inputs[i]);
    auto no_name = [](const at::Tensor &) { return std::string(); };
    auto run_and_keep = [&](jit::Stack arguments) {
        jit::Stack results = run(std::move(arguments));
        for (const ShimValue &result : results)
            keep_constants(result);
        return results;
    };
    auto traced = jit::tracer::trace(std::move(stack), run_and_keep, no_name, /*strict=*/false,
                                     /*force_outplace=*/false, module);
    return new ShimValue(describe(traced.first->graph));
}

/* ---- what a script does with the elements of tensors ---- */

/*
 * Finds where a script makes numbers of the elements of tensors that come from the inputs, or has them used
 * by what runs beside it: what depends on that would be as it is in the trace, whatever the inputs are.
 * Numbers that come from sizes and dtypes do not count.
 */
class Elements {
public:
    explicit Elements(jit::Graph &graph) : graph_(graph) {}

    /* The operation and where it is; empty when there is none. */
    std::string find()
    {
        for (jit::Value *input : graph_.inputs().slice(1))
            dependent_.insert(input);
        walk(graph_.block());
        return found_;
    }

private:
    static bool is_tensor(const jit::Value *value)
    {
        return value->type()->kind() == c10::TypeKind::TensorType;
    }

    static bool is_scalar(const c10::TypePtr &type)
    {
        switch (type->kind()) {
        case c10::TypeKind::IntType:
        case c10::TypeKind::FloatType:
        case c10::TypeKind::BoolType:
        case c10::TypeKind::NumberType:
        case c10::TypeKind::ComplexType: return true;
        case c10::TypeKind::ListType: return is_scalar(type->expectRef<c10::ListType>().getElementType());
        case c10::TypeKind::OptionalType:
            return is_scalar(type->expectRef<c10::OptionalType>().getElementType());
        default: return false;
        }
    }

    /* What tells of a tensor without looking at its elements. */
    static bool looks_at_shape(const jit::Node *node)
    {
        static const std::set<std::string> kinds{
            "aten::size",      "aten::sym_size",       "aten::dim",       "aten::len",       "aten::numel",
            "aten::sym_numel", "aten::is_floating_point", "aten::is_complex", "aten::stride", "aten::__is__",
            "aten::__isnot__", "aten::is_contiguous",  "prim::dtype",     "prim::device",    "prim::layout",
            "prim::shape",     "prim::requires_grad",  "prim::is_cuda",   "aten::result_type",
        };
        return kinds.count(node->kind().toQualString()) != 0;
    }

    bool depends(at::ArrayRef<jit::Value *> values) const
    {
        for (jit::Value *value : values)
            if (dependent_.count(value))
                return true;
        return false;
    }

    void mark(jit::Value *value, bool dependent)
    {
        if (dependent && dependent_.insert(value).second)
            changed_ = true;
    }

    void walk(jit::Block *block)
    {
        for (jit::Node *node : block->nodes()) {
            if (!found_.empty())
                return;
            node->blocks().empty() ? plain(node) : nested(node);
        }
    }

    void plain(jit::Node *node)
    {
        if (looks_at_shape(node) || !depends(node->inputs()))
            return;
        /* What runs at another time is in no trace. */
        if (node->hasAttribute(c10::attr::Subgraph)) {
            tell(node);
            return;
        }
        bool of_tensors = false;
        for (jit::Value *input : node->inputs())
            of_tensors = of_tensors || (is_tensor(input) && dependent_.count(input));
        for (jit::Value *output : node->outputs()) {
            if (of_tensors && is_scalar(output->type())) {
                tell(node);
                return;
            }
            mark(output, true);
        }
    }

    void tell(const jit::Node *node)
    {
        found_ = node->kind().toQualString();
        std::string place = place_of(node->sourceRange());
        if (!place.empty())
            found_ += " at " + place;
    }

    void nested(jit::Node *node)
    {
        do {
            changed_ = false;
            for (jit::Block *block : node->blocks()) {
                size_t offset = node->kind() == c10::prim::Loop ? 2 : 0;
                for (size_t i = 1; offset && i < block->inputs().size(); i++) {
                    mark(block->inputs()[i], dependent_.count(node->inputs()[i + 1]) != 0);
                    mark(block->inputs()[i], dependent_.count(block->outputs()[i]) != 0);
                }
                walk(block);
                /* A loop's first result is whether it goes on. */
                size_t count = block->outputs().size();
                size_t skip = count - std::min(count, node->outputs().size());
                for (size_t i = 0; i + skip < count; i++)
                    mark(node->outputs()[i], dependent_.count(block->outputs()[i + skip]) != 0);
            }
        } while (changed_ && found_.empty());
    }

    jit::Graph &graph_;
    std::set<const jit::Value *> dependent_;
    bool changed_ = false;
    std::string found_;
};

std::shared_ptr<jit::Graph> inlined(const jit::Module &module, const char *method)
{
    auto found = module.find_method(method);
    if (!found)
        throw shim::Error(std::string("the module has no method \"") + method + "\"");
    auto graph = found->graph()->copy();
    jit::Inline(*graph);
    return graph;
}

} // namespace

ShimValue *shim_graph_trace(ShimModule *module, ShimFunction function, const ShimValue *const *inputs,
                            size_t count, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        shim::Function owned(function);
        return trace(module, inputs, count,
                     [&](jit::Stack arguments) { return jit::Stack{owned.call(arguments)}; });
    });
}

ShimValue *shim_graph_trace_method(ShimModule *module, const char *method, const ShimValue *const *inputs,
                                   size_t count, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        auto graph = inlined(*module, method);
        if (graph->inputs().size() != count + 1)
            throw shim::Error(std::string(method) + " takes " + std::to_string(graph->inputs().size() - 1) +
                              " inputs and was given " + std::to_string(count));
        /* Tensors of constants become constants: making one is nothing that a trace can tell of. */
        jit::ConstantPropagation(graph);
        jit::Code code(graph, method);
        return trace(module, inputs, count, [&](jit::Stack arguments) {
            arguments.insert(arguments.begin(), module->_ivalue());
            jit::InterpreterState(code).run(arguments);
            return arguments;
        });
    });
}

char *shim_graph_elements(const ShimModule *module, const char *method, char **error)
{
    return guard(error, static_cast<char *>(nullptr), [&] {
        auto graph = inlined(*module, method);
        return shim::text_of(Elements(*graph).find());
    });
}

/* Graph::push_scope would make a block for the module, which LibTorch takes for one of Python's modules. */
void shim_graph_enter(const char *module)
{
    char *error = nullptr;
    guard(&error, 0, [&] {
        if (jit::tracer::isTracing()) {
            auto &graph = *jit::tracer::getTracingState()->graph;
            graph.set_current_scope(graph.current_scope()->push(c10::Symbol::scope(module)));
        }
        return 1;
    });
    shim_text_free(error);
}

void shim_graph_leave()
{
    char *error = nullptr;
    guard(&error, 0, [&] {
        if (jit::tracer::isTracing()) {
            auto &graph = *jit::tracer::getTracingState()->graph;
            if (!graph.current_scope()->isRoot())
                graph.set_current_scope(graph.current_scope()->parent());
        }
        return 1;
    });
    shim_text_free(error);
}
