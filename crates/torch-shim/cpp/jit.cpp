/* TorchScript: modules made, traced, saved and loaded, run and inspected. */

#include "script.h"
#include "shim.h"

#include <ATen/core/grad_mode.h>
#include <ATen/core/jit_type.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/csrc/jit/serialization/python_print.h>

#include <map>

namespace jit = torch::jit;
using c10::QualifiedName;
using shim::guard;
using shim::method_names;

namespace {

/* ---- inputs ---- */

/* The value as the declared type has it: lists of their element type, ints where floats are wanted. What
 * does not fit stays, for LibTorch's check to tell. */
ShimValue adopt(const ShimValue &value, const c10::TypePtr &type)
{
    switch (type->kind()) {
    case c10::TypeKind::OptionalType:
        return value.isNone() ? value : adopt(value, type->expectRef<c10::OptionalType>().getElementType());
    case c10::TypeKind::FloatType:
        return value.isInt() ? ShimValue(static_cast<double>(value.toInt())) : value;
    case c10::TypeKind::DeviceObjType:
        return value.isString() ? ShimValue(c10::Device(value.toStringRef())) : value;
    case c10::TypeKind::ListType: {
        if (!value.isList() && !value.isTuple())
            return value;
        const auto &element = type->expectRef<c10::ListType>().getElementType();
        c10::impl::GenericList list(element);
        auto add = [&](const ShimValue &item) {
            ShimValue adopted = adopt(item, element);
            if (!adopted.type()->isSubtypeOf(*element))
                throw shim::Error("an element of a " + type->repr_str() + " is a " +
                                  adopted.type()->repr_str());
            list.push_back(std::move(adopted));
        };
        if (value.isList())
            for (const ShimValue &item : value.toListRef())
                add(item);
        else
            for (const ShimValue &item : value.toTupleRef().elements())
                add(item);
        return list;
    }
    case c10::TypeKind::TupleType: {
        const auto &elements = type->expectRef<c10::TupleType>().elements();
        std::vector<ShimValue> items;
        if (value.isTuple())
            items = value.toTupleRef().elements().vec();
        else if (value.isList())
            items = value.toListRef().vec();
        if (items.size() != elements.size() || (items.empty() && !value.isTuple()))
            return value;
        for (size_t i = 0; i < items.size(); i++)
            items[i] = adopt(items[i], elements[i]);
        if (type->expectRef<c10::TupleType>().schema())
            return c10::ivalue::Tuple::createNamed(std::move(items), type->expect<c10::TupleType>());
        return c10::ivalue::Tuple::create(std::move(items));
    }
    case c10::TypeKind::DictType: {
        if (!value.isGenericDict())
            return value;
        const auto &of = type->expectRef<c10::DictType>();
        c10::impl::GenericDict dict(of.getKeyType(), of.getValueType());
        for (const auto &pair : value.toGenericDict()) {
            ShimValue key = adopt(pair.key(), of.getKeyType());
            ShimValue item = adopt(pair.value(), of.getValueType());
            if (!key.type()->isSubtypeOf(*of.getKeyType()) || !item.type()->isSubtypeOf(*of.getValueType()))
                throw shim::Error("a pair of a " + type->repr_str() + " is a " + key.type()->repr_str() +
                                  " and a " + item.type()->repr_str());
            dict.insert_or_assign(std::move(key), std::move(item));
        }
        return dict;
    }
    default: return value;
    }
}

/* The type in the letters that shim.h names. */
void spell(const c10::TypePtr &type, std::string &letters)
{
    switch (type->kind()) {
    case c10::TypeKind::TensorType: letters += 'T'; break;
    case c10::TypeKind::IntType: letters += 'i'; break;
    case c10::TypeKind::FloatType: letters += 'f'; break;
    case c10::TypeKind::BoolType: letters += 'b'; break;
    case c10::TypeKind::StringType: letters += 's'; break;
    case c10::TypeKind::DeviceObjType: letters += 'd'; break;
    case c10::TypeKind::NoneType: letters += 'N'; break;
    case c10::TypeKind::NumberType: letters += 'n'; break;
    case c10::TypeKind::OptionalType:
        letters += '?';
        spell(type->expectRef<c10::OptionalType>().getElementType(), letters);
        break;
    case c10::TypeKind::ListType:
        letters += '[';
        spell(type->expectRef<c10::ListType>().getElementType(), letters);
        break;
    case c10::TypeKind::DictType:
        letters += '{';
        spell(type->expectRef<c10::DictType>().getKeyType(), letters);
        spell(type->expectRef<c10::DictType>().getValueType(), letters);
        break;
    case c10::TypeKind::TupleType:
        letters += '(';
        for (const auto &element : type->expectRef<c10::TupleType>().elements())
            spell(element, letters);
        letters += ')';
        break;
    default: letters += '*';
    }
}

/* ---- modules ---- */

const char *const PREFIX = "__torch__";

/* A module with the mode that Python's have, too. */
jit::Module fresh(const std::string &name, std::shared_ptr<jit::CompilationUnit> unit)
{
    jit::Module module(QualifiedName(PREFIX, name), std::move(unit), /*shouldMangle=*/true);
    module.register_attribute("training", c10::BoolType::get(), true);
    return module;
}

jit::Method method_of(const ShimModule *module, const char *name)
{
    auto method = module->find_method(name);
    if (!method)
        throw shim::Error(std::string("the module has no method \"") + name + "\"");
    return *method;
}

c10::Device device_of(int device)
{
    return device < 0 ? c10::Device(at::kCPU) : c10::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device));
}

std::vector<std::string> other_methods(const jit::Module &module)
{
    std::vector<std::string> names;
    for (const std::string &name : method_names(module))
        if (name != "forward")
            names.push_back(name);
    return names;
}

jit::Module copy_of(const jit::Module &module)
{
    at::NoGradGuard nothing_recorded;
    jit::Module copy = module.clone();
    /* A copied tensor is a plain one; what was a parameter that needs a gradient is one again. */
    std::map<std::string, bool> needs;
    for (const auto &entry : module.named_parameters())
        needs[entry.name] = entry.value.requires_grad();
    for (const auto &entry : copy.named_parameters())
        if (needs[entry.name])
            entry.value.set_requires_grad(true);
    return copy;
}

} // namespace

ShimModule *shim_jit_new(char **error)
{
    return guard(error, static_cast<ShimModule *>(nullptr),
                 [&] { return new jit::Module(fresh("Module", std::make_shared<jit::CompilationUnit>())); });
}

int shim_jit_register(ShimModule *module, const char *name, const ShimTensor *tensor, bool is_parameter,
                      char **error)
{
    return guard(error, 0, [&] {
        jit::Module place = *module;
        std::string rest(name);
        for (size_t dot; (dot = rest.find('.')) != std::string::npos; rest = rest.substr(dot + 1)) {
            std::string step = rest.substr(0, dot);
            if (!place.hasattr(step)) {
                jit::Module child = fresh("Module", place._ivalue()->compilation_unit());
                place.register_module(step, child);
                place = child;
                continue;
            }
            ShimValue child = place.attr(step);
            if (!child.isModule())
                throw shim::Error(std::string(name) + ": " + step + " is no submodule");
            place = child.toModule();
        }
        if (rest.empty())
            throw shim::Error(std::string("\"") + name + "\" is no name");
        if (place.hasattr(rest) || place.find_method(rest))
            throw shim::Error(std::string("the module has a \"") + name + "\" already");
        if (is_parameter)
            place.register_parameter(rest, *tensor, false);
        else
            place.register_buffer(rest, *tensor);
        return 1;
    });
}

int shim_jit_trace(ShimModule *module, ShimFunction function, const ShimValue *const *inputs, size_t count,
                   char **error)
{
    return guard(error, 0, [&] {
        shim::Function owned(function);
        if (jit::tracer::isTracing())
            throw shim::Error("this thread is tracing already");
        jit::Stack stack;
        for (size_t i = 0; i < count; i++)
            stack.push_back(*inputs[i]);
        auto run = [&](jit::Stack arguments) { return jit::Stack{owned.call(arguments)}; };
        auto no_name = [](const at::Tensor &) { return std::string(); };
        auto traced = jit::tracer::trace(std::move(stack), run, no_name, /*strict=*/false,
                                         /*force_outplace=*/false, module);
        auto *method = module->_ivalue()->compilation_unit()->create_function(
            QualifiedName(*module->type()->name(), "forward"), traced.first->graph);
        module->type()->addMethod(method);
        return 1;
    });
}

ShimModule *shim_jit_load(const char *path, int device, char **error)
{
    return guard(error, static_cast<ShimModule *>(nullptr), [&] {
        shim::check_archive(path);
        return new jit::Module(jit::load(std::string(path), device_of(device)));
    });
}

int shim_jit_save(const ShimModule *module, const char *path, char **error)
{
    return guard(error, 0, [&] {
        module->save(std::string(path));
        return 1;
    });
}

ShimModule *shim_jit_clone(const ShimModule *module, char **error)
{
    return guard(error, static_cast<ShimModule *>(nullptr), [&] { return new jit::Module(copy_of(*module)); });
}

ShimModule *shim_jit_freeze(const ShimModule *module, char **error)
{
    return guard(error, static_cast<ShimModule *>(nullptr),
                 [&] { return new jit::Module(jit::freeze(*module, other_methods(*module))); });
}

ShimModule *shim_jit_optimize_for_inference(const ShimModule *module, char **error)
{
    return guard(error, static_cast<ShimModule *>(nullptr), [&] {
        /* A module that is frozen already would be changed in place, and freezing it here would keep
         * forward only. */
        auto others = other_methods(*module);
        jit::Module copy = module->hasattr("training") ? jit::freeze(*module, others) : copy_of(*module);
        return new jit::Module(jit::optimize_for_inference(copy, others));
    });
}

void shim_jit_free(ShimModule *module) { delete module; }

ShimValue *shim_jit_call(const ShimModule *module, const char *method, const ShimValue *const *inputs,
                         size_t count, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        jit::Method callee = method_of(module, method);
        const auto &arguments = callee.function().getSchema().arguments();
        std::vector<ShimValue> stack;
        stack.reserve(count + 1);
        for (size_t i = 0; i < count; i++)
            stack.push_back(i + 1 < arguments.size() ? adopt(*inputs[i], arguments[i + 1].type()) : *inputs[i]);
        return new ShimValue(callee(std::move(stack)));
    });
}

char *shim_jit_signature(const ShimModule *module, const char *method, char **error)
{
    return guard(error, static_cast<char *>(nullptr), [&]() -> char * {
        const auto &arguments = method_of(module, method).function().getSchema().arguments();
        std::string lines;
        for (size_t i = 1; i < arguments.size(); i++) {
            lines += arguments[i].name() + '\t';
            spell(arguments[i].type(), lines);
            lines += arguments[i].default_value() ? "\t1\n" : "\t\n";
        }
        return shim::text_of(lines);
    });
}

char *shim_jit_methods(const ShimModule *module, char **error)
{
    return guard(error, static_cast<char *>(nullptr), [&] {
        std::string lines;
        for (const jit::Function *method : module->type()->methods())
            lines += method->name() + '\n';
        return shim::text_of(lines);
    });
}

char *shim_jit_graph(const ShimModule *module, const char *method, char **error)
{
    return guard(error, static_cast<char *>(nullptr),
                 [&] { return shim::text_of(method_of(module, method).graph()->toString(false)); });
}

char *shim_jit_code(const ShimModule *module, const char *method, char **error)
{
    return guard(error, static_cast<char *>(nullptr), [&] {
        std::vector<ShimValue> constants;
        jit::PrintDepsTable types;
        jit::PythonPrint print(constants, types);
        print.printMethod(method_of(module, method).function());
        return shim::text_of(print.str());
    });
}

int shim_jit_train(ShimModule *module, bool training, char **error)
{
    return guard(error, 0, [&] {
        for (jit::Module part : module->modules())
            if (part.hasattr("training"))
                part.setattr("training", training);
        return 1;
    });
}

int shim_jit_is_training(const ShimModule *module)
{
    char *error = nullptr;
    int training = guard(&error, 0, [&] {
        ShimValue mode = module->attr("training", false);
        return mode.isBool() && mode.toBool() ? 1 : 0;
    });
    shim_text_free(error);
    return training;
}

int shim_jit_to(ShimModule *module, int device, int dtype, char **error)
{
    return guard(error, 0, [&] {
        at::NoGradGuard nothing_recorded;
        auto move = [&](const at::Tensor &tensor) {
            bool cast = dtype >= 0 && (tensor.is_floating_point() || tensor.is_complex());
            auto kind = cast ? static_cast<at::ScalarType>(dtype) : tensor.scalar_type();
            tensor.set_data(tensor.to(device_of(device), kind));
        };
        for (const at::Tensor &tensor : module->parameters())
            move(tensor);
        for (const at::Tensor &tensor : module->buffers())
            move(tensor);
        return 1;
    });
}

ShimValue *shim_jit_named(const ShimModule *module, int which, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
        for (const auto &entry : module->named_modules()) {
            std::string prefix = entry.name.empty() ? "" : entry.name + '.';
            auto add = [&](const std::string &name, const at::Tensor &tensor) {
                if (tensor.defined())
                    dict.insert_or_assign(prefix + name, tensor);
            };
            if (which != SHIM_BUFFERS)
                for (const auto &parameter : entry.value.named_parameters(false))
                    add(parameter.name, parameter.value);
            if (which != SHIM_PARAMETERS)
                for (const auto &buffer : entry.value.named_buffers(false))
                    add(buffer.name, buffer.value);
        }
        return new ShimValue(std::move(dict));
    });
}
