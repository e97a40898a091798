/*
 * The C interface of this crate's C++, one file per topic. Rust declares the same in src/ffi.rs.
 *
 * What all of it keeps to:
 *
 * - No exception leaves a function, whatever was thrown. A function that can fail takes `error` last:
 *   it then returns null (or 0), and `*error` is a text that shim_text_free frees. One that succeeds
 *   leaves `*error` alone.
 * - A returned pointer is the caller's, and the free function of its type ends it. Arguments are
 *   borrowed for the call, except a ShimFunction, which is taken over whatever happens.
 * - Texts are UTF-8 with a length, and need no zero at the end. Counts come after the pointer.
 */
#pragma once

#include <ATen/core/ivalue.h>

namespace torch::jit {
struct Module;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

using ShimTensor = at::Tensor;
/* Anything that TorchScript has: numbers, texts, tensors, and lists, tuples and dicts of them. */
using ShimValue = c10::IValue;
using ShimModule = torch::jit::Module;

extern "C" {

/*
 * A function of Rust's, with what it needs. `call` returns the result, or null with an error text from
 * shim_text_new. `drop` is called once, when nobody will call any more, on any thread.
 */
struct ShimFunction {
    ShimValue *(*call)(void *context, ShimValue *const *inputs, size_t count, char **error);
    void (*drop)(void *context);
    void *context;
};

/* ---- texts ---- */

char *shim_text_new(const char *bytes, size_t length);
void shim_text_free(char *text);

/* ---- values: value.cpp ---- */

enum ShimKind {
    SHIM_NONE,
    SHIM_BOOL,
    SHIM_INT,
    SHIM_FLOAT,
    SHIM_TEXT,
    SHIM_TENSOR,
    SHIM_LIST,
    SHIM_TUPLE,
    SHIM_DICT,
    SHIM_OTHER,
};

ShimValue *shim_value_none(char **error);
ShimValue *shim_value_bool(bool value, char **error);
ShimValue *shim_value_int(int64_t value, char **error);
ShimValue *shim_value_float(double value, char **error);
ShimValue *shim_value_text(const char *bytes, size_t length, char **error);
ShimValue *shim_value_tensor(const ShimTensor *tensor, char **error);
ShimValue *shim_value_list(const ShimValue *const *items, size_t count, char **error);
ShimValue *shim_value_tuple(const ShimValue *const *items, size_t count, char **error);
/* `pairs` holds key, value, key, value: two for each of `count`. */
ShimValue *shim_value_dict(const ShimValue *const *pairs, size_t count, char **error);
void shim_value_free(ShimValue *value);

/* Devices count as texts, and tensors that are not defined as none. */
int shim_value_kind(const ShimValue *value);
/* Each of these is for a value of its kind only. */
bool shim_value_as_bool(const ShimValue *value);
int64_t shim_value_as_int(const ShimValue *value);
double shim_value_as_float(const ShimValue *value);
char *shim_value_as_text(const ShimValue *value, size_t *length, char **error);
ShimTensor *shim_value_as_tensor(const ShimValue *value, char **error);
/* How many items a list, tuple or dict has; a dict's pairs count once. */
size_t shim_value_count(const ShimValue *value);
/* Writes the items of a list or tuple, or the keys and values of a dict in turn. 0 on failure, and then
 * nothing has been written. */
int shim_value_items(const ShimValue *value, ShimValue **items, char **error);
/* The name of the value's type, for errors about SHIM_OTHER. */
char *shim_value_type(const ShimValue *value, char **error);

/* ---- tensors: tensor.cpp ---- */

/* torch.autograd.backward. A null gradient stands for one, of a tensor with one element. */
int shim_backward(const ShimTensor *const *tensors, const ShimTensor *const *gradients, size_t count,
                  bool retain_graph, bool create_graph, char **error);
/* torch.autograd.grad. `results` has room for `input_count` pointers; unused inputs get null. */
int shim_grad(const ShimTensor *const *outputs, const ShimTensor *const *gradients, size_t output_count,
              const ShimTensor *const *inputs, size_t input_count, bool retain_graph, bool create_graph,
              bool allow_unused, ShimTensor **results, char **error);
int shim_retain_grad(const ShimTensor *tensor, char **error);
/* A null gradient takes the tensor's away. */
int shim_set_grad(const ShimTensor *tensor, const ShimTensor *gradient, char **error);
/* The name of the node that made the tensor, without its namespaces; empty for a leaf. */
char *shim_grad_fn(const ShimTensor *tensor, char **error);
/* Whether this thread records operations for gradients. */
bool shim_grad_enabled();
void shim_set_grad_enabled(bool enabled);

enum ShimActivation {
    SHIM_CELU,
    SHIM_ELU,
    SHIM_HARDSHRINK,
    SHIM_HARDTANH,
    SHIM_LEAKY_RELU,
    SHIM_RRELU,
    SHIM_SOFTPLUS,
    SHIM_SOFTSHRINK,
};
/* An activation with its settings, as many of `a` and `b` as it has. */
ShimTensor *shim_activation(int function, const ShimTensor *input, double a, double b, bool training,
                            bool in_place, char **error);

/*
 * `elements` gets a tensor of one dimension with all elements of the storage that `tensor` is a part of;
 * `offset` is where in it the tensor begins. `storage` and `identity` are the same for tensors of one storage,
 * and for handles of one tensor, as long as those live.
 */
int shim_storage(const ShimTensor *tensor, ShimTensor **elements, int64_t *offset, const void **storage,
                 const void **identity, char **error);
/* A tensor that is this part of the storage of `elements`, which has one dimension. */
ShimTensor *shim_part(const ShimTensor *elements, int64_t offset, const int64_t *sizes, const int64_t *strides,
                      size_t dimensions, char **error);

/* LibTorch's version, a constant. */
const char *shim_version();
/* The bytes that tensors hold on a GPU, now and at most since the last reset. */
int shim_cuda_memory(int64_t device, int64_t *current, int64_t *peak, char **error);
int shim_cuda_reset_peak(int64_t device, char **error);
int shim_cuda_empty_cache(char **error);

/* ---- memory of the CPU: memory.cpp ---- */

/* To be called once: from then on, large tensors on the CPU get pages that are kept when they are freed. */
void shim_keep_pages();
/* Gives what is kept back to the system. */
void shim_empty_pages();
/* The bytes of large tensors, and those that are kept. */
void shim_count_pages(uint64_t *used, uint64_t *kept);

/* ---- custom functions and checkpoints: autograd.cpp ---- */

/*
 * Makes `backward` the gradient of `outputs`, which were computed from `inputs` without recording, and
 * returns the outputs as a tuple. `backward` gets three tuples: the gradients (None for none), the saved
 * tensors, and for each input whether its gradient is wanted. It returns a tuple of one gradient or None
 * for each input. `materialize`: missing gradients of outputs come as zeros.
 */
ShimValue *shim_custom_function(ShimFunction backward, const ShimTensor *const *inputs, size_t input_count,
                                const ShimTensor *const *outputs, const bool *differentiable,
                                size_t output_count, const ShimTensor *const *saved, size_t saved_count,
                                bool materialize, char **error);

/* Whether both are the very same tensor, and not only equal or of the same memory. */
bool shim_is_same(const ShimTensor *a, const ShimTensor *b);

/* Calls `function` with the inputs; what its gradient needs is computed again in backward. */
ShimValue *shim_checkpoint(ShimFunction function, const ShimValue *const *inputs, size_t count,
                           char **error);

/* ---- TorchScript: jit.cpp ---- */

/* A module without anything, in training mode. */
ShimModule *shim_jit_new(char **error);
/*
 * Compiles the functions of the source text and adds them as methods. Those with `self` may use the
 * module's parameters, buffers and methods, and call those without by their name. Errors begin with
 * "line L, column C: ". A module to which adding fails is as before.
 */
int shim_jit_define(ShimModule *module, const char *source, size_t length, char **error);
/* Adds a parameter or buffer. A name with dots goes into submodules, which are made when missing. */
int shim_jit_register(ShimModule *module, const char *name, const ShimTensor *tensor, bool is_parameter,
                      char **error);
/*
 * Runs the function once and adds what it computes, with the module's parameters and buffers as they are
 * found in there by identity, as the method "forward".
 */
int shim_jit_trace(ShimModule *module, ShimFunction function, const ShimValue *const *inputs, size_t count,
                   char **error);

/* `device` is -1 for the CPU, n for GPU n. */
ShimModule *shim_jit_load(const char *path, int device, char **error);
int shim_jit_save(const ShimModule *module, const char *path, char **error);

/* A module of its own, with copies of the tensors. */
ShimModule *shim_jit_clone(const ShimModule *module, char **error);
/* As torch.jit.freeze, which keeps every method; the module must be in evaluation mode. */
ShimModule *shim_jit_freeze(const ShimModule *module, char **error);
ShimModule *shim_jit_optimize_for_inference(const ShimModule *module, char **error);
void shim_jit_free(ShimModule *module);

/* Inputs are brought to the types that the method declares, as far as they are kin: int to float, a list
 * or tuple to what is declared. May be called by several threads at once. */
ShimValue *shim_jit_call(const ShimModule *module, const char *method, const ShimValue *const *inputs,
                         size_t count, char **error);
/*
 * The arguments of a method behind `self`, one a line: name, tab, type, tab, "1" if it may be left out.
 * A type is T Tensor, i int, f float, b bool, s str, d Device, N None, n number, ? and the type of what is
 * optional, [ and the type of a list's elements, { and those of keys and values, ( types ) of a tuple,
 * and * for all others. Null without an error text when there is no such method.
 */
char *shim_jit_signature(const ShimModule *module, const char *method, char **error);
/* The methods' names, one a line. */
char *shim_jit_methods(const ShimModule *module, char **error);
/* The graph of a method as text. */
char *shim_jit_graph(const ShimModule *module, const char *method, char **error);
/* The method as source text, as it is saved. */
char *shim_jit_code(const ShimModule *module, const char *method, char **error);

int shim_jit_train(ShimModule *module, bool training, char **error);
/* 1 or 0; a module that has no mode any more, since it is frozen, is in evaluation mode. */
int shim_jit_is_training(const ShimModule *module);
/* Moves all tensors, and casts those of floats when `dtype` is not -1. */
int shim_jit_to(ShimModule *module, int device, int dtype, char **error);

enum ShimNamed { SHIM_PARAMETERS, SHIM_BUFFERS, SHIM_STATE };
/* A dict of the module's tensors by name. */
ShimValue *shim_jit_named(const ShimModule *module, int which, char **error);

/* ---- traced graphs: graph.cpp ---- */

/*
 * Runs the function once, without recording gradients, and returns the graph of the operations on the way.
 * The module's parameters and buffers are found in there by identity. The graph is a tuple of
 *
 * - the operations, in order, each a tuple of: its kind, the module that it came from or "", its place in
 *   a source text or "", the attribute that a prim::GetAttr reads or "", the numbers of its inputs, the names
 *   of its arguments, the numbers of its outputs, and the value of a prim::Constant;
 * - the values, each a tuple of: its number, its type, its dtype or -1, and its sizes or None;
 * - the numbers of the graph's inputs, of which the first is the module; and of its outputs.
 */
ShimValue *shim_graph_trace(ShimModule *module, ShimFunction function, const ShimValue *const *inputs,
                            size_t count, char **error);
/* The same for a method of the module, which is run by the interpreter: branches and loops are as they
 * are for these inputs. */
ShimValue *shim_graph_trace_method(ShimModule *module, const char *method, const ShimValue *const *inputs,
                                   size_t count, char **error);
/* Which operation of a method makes a number of the elements of a tensor that depends on the inputs, and
 * its place; an empty text when none does. */
char *shim_graph_elements(const ShimModule *module, const char *method, char **error);
/* While this thread traces: operations from here on, until the next leave, come from this module. */
void shim_graph_enter(const char *module);
void shim_graph_leave();

/* ---- optimizers: optim.cpp ---- */

struct ShimSgd {
    double lr, momentum, dampening, weight_decay;
    bool nesterov, maximize;
};

struct ShimAdam {
    double lr, beta1, beta2, eps, weight_decay;
    bool amsgrad, maximize, decoupled;
};

/* Takes the tensors' gradients away. */
int shim_clear_gradients(const ShimTensor *const *tensors, size_t count, char **error);

/* tensor + factor * other */
ShimTensor *shim_add(const ShimTensor *tensor, const ShimTensor *other, double factor, char **error);
/* tensor += factor * other */
int shim_add_in_place(const ShimTensor *tensor, const ShimTensor *other, double factor, char **error);
/* tensor += factor * left * right */
int shim_add_product(const ShimTensor *tensor, const ShimTensor *left, const ShimTensor *right,
                     double factor, char **error);
/* tensor += factor * left / right */
int shim_add_quotient(const ShimTensor *tensor, const ShimTensor *left, const ShimTensor *right,
                      double factor, char **error);

/* Whether the fused kernels take these tensors together: floats on the CPU, all of one layout. There is
 * at least one. */
bool shim_fusable(const ShimTensor *const *tensors, size_t count);

/* The update of LibTorch's fused kernels. The lists are `count` long; `buffers` is looked at with
 * momentum only. `first_step`: the buffers hold nothing yet. */
int shim_fused_sgd(const ShimTensor *const *params, const ShimTensor *const *grads,
                   const ShimTensor *const *buffers, size_t count, const ShimSgd *sgd, bool first_step,
                   char **error);
/* `largest` is looked at with amsgrad only. `steps` are floats, which this counts up. */
int shim_fused_adam(const ShimTensor *const *params, const ShimTensor *const *grads,
                    const ShimTensor *const *means, const ShimTensor *const *squares,
                    const ShimTensor *const *largest, const ShimTensor *const *steps, size_t count,
                    const ShimAdam *adam, char **error);
}

/* ---- what the C++ files share ---- */

namespace shim {

/* A failure whose text is meant for the user as it is. */
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/* What LibTorch's text says, without the C++ stack and without TorchScript's traceback. */
std::string explain(const char *text);

/* The text without the addresses that LibTorch puts behind the names of types. */
std::string without_addresses(std::string text);

inline char *text_of(const std::string &text) { return shim_text_new(text.data(), text.size()); }

/* Runs `body`; when it throws, tells why and returns `failure`. Nothing passes it. */
template <typename Result, typename Body> Result guard(char **error, Result failure, Body &&body) noexcept
{
    try {
        return body();
    } catch (const Error &thrown) {
        *error = text_of(thrown.what());
    } catch (const c10::Error &thrown) {
        *error = text_of(explain(thrown.what_without_backtrace()));
    } catch (const std::exception &thrown) {
        *error = text_of(explain(thrown.what()));
    } catch (...) {
        *error = text_of("LibTorch threw something that is no exception");
    }
    return failure;
}

/* A ShimFunction with an owner: dropped when the last copy of the pointer that holds it goes. */
class Function {
public:
    explicit Function(ShimFunction function) : function_(function) {}
    Function(const Function &) = delete;
    Function &operator=(const Function &) = delete;
    ~Function() { function_.drop(function_.context); }

    /* Calls Rust. Throws Error with the text that Rust gave. */
    ShimValue call(const std::vector<ShimValue> &inputs) const
    {
        std::vector<ShimValue *> pointers;
        pointers.reserve(inputs.size());
        for (const ShimValue &input : inputs)
            pointers.push_back(const_cast<ShimValue *>(&input));
        char *error = nullptr;
        ShimValue *result = function_.call(function_.context, pointers.data(), pointers.size(), &error);
        if (!result) {
            std::string text = error ? error : "a callback failed and did not say why";
            shim_text_free(error);
            throw Error(text);
        }
        ShimValue value = std::move(*result);
        shim_value_free(result);
        return value;
    }

private:
    ShimFunction function_;
};

} // namespace shim
