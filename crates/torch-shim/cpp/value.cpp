/* Values between Rust and TorchScript, and texts. */

#include "shim.h"

#include <ATen/core/Dict.h>
#include <ATen/core/List.h>
#include <ATen/core/jit_type.h>

using shim::guard;

namespace {

/* What a new list or dict of these says of its elements: their type when they agree. */
c10::TypePtr common_type(const std::vector<ShimValue> &items)
{
    if (items.empty())
        return c10::AnyType::get();
    auto of = [](const ShimValue &item) -> c10::TypePtr {
        if (item.isTensor())
            return c10::TensorType::get();
        return item.type();
    };
    auto type = of(items.front());
    for (const ShimValue &item : items)
        if (*of(item) != *type)
            return c10::AnyType::get();
    return type;
}

std::vector<ShimValue> copies(const ShimValue *const *items, size_t count, size_t first = 0, size_t step = 1)
{
    std::vector<ShimValue> values;
    values.reserve(count);
    for (size_t i = 0; i < count; i++)
        values.push_back(*items[first + i * step]);
    return values;
}

template <typename T> ShimValue *made(T &&value, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr),
                 [&] { return new ShimValue(std::forward<T>(value)); });
}

} // namespace

std::string shim::without_addresses(std::string text)
{
    const std::string remark = " (of Python compilation unit at: ";
    for (size_t at; (at = text.find(remark)) != std::string::npos;) {
        size_t end = text.find(')', at);
        text.erase(at, end == std::string::npos ? end : end + 1 - at);
    }
    return text;
}

std::string shim::explain(const char *text)
{
    std::string whole(text);
    /* An operation that failed inside TorchScript: what it said follows the traceback. */
    if (whole.rfind("The following operation failed in the TorchScript", 0) == 0) {
        size_t at = whole.rfind("Error: ");
        if (at != std::string::npos) {
            size_t start = whole.rfind('\n', at);
            whole = whole.substr(start == std::string::npos ? 0 : start + 1);
            const std::string plain = "RuntimeError: ";
            if (whole.rfind(plain, 0) == 0)
                whole = whole.substr(plain.size());
        }
    }
    size_t start = whole.find_first_not_of(" \n\r\t");
    if (start == std::string::npos)
        return "LibTorch failed and did not say why";
    return without_addresses(whole.substr(start, whole.find('\n', start) - start));
}

char *shim_text_new(const char *bytes, size_t length)
{
    char *text = static_cast<char *>(std::malloc(length + 1));
    if (!text)
        return nullptr;
    std::memcpy(text, bytes, length);
    text[length] = 0;
    return text;
}

void shim_text_free(char *text) { std::free(text); }

ShimValue *shim_value_none(char **error) { return made(ShimValue(), error); }
ShimValue *shim_value_bool(bool value, char **error) { return made(value, error); }
ShimValue *shim_value_int(int64_t value, char **error) { return made(value, error); }
ShimValue *shim_value_float(double value, char **error) { return made(value, error); }

ShimValue *shim_value_text(const char *bytes, size_t length, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr),
                 [&] { return new ShimValue(std::string(bytes, length)); });
}

ShimValue *shim_value_tensor(const ShimTensor *tensor, char **error) { return made(*tensor, error); }

ShimValue *shim_value_list(const ShimValue *const *items, size_t count, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        auto values = copies(items, count);
        c10::impl::GenericList list(common_type(values));
        list.reserve(count);
        for (ShimValue &value : values)
            list.push_back(std::move(value));
        return new ShimValue(std::move(list));
    });
}

ShimValue *shim_value_tuple(const ShimValue *const *items, size_t count, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        return new ShimValue(c10::ivalue::Tuple::create(copies(items, count)));
    });
}

ShimValue *shim_value_dict(const ShimValue *const *pairs, size_t count, char **error)
{
    return guard(error, static_cast<ShimValue *>(nullptr), [&] {
        auto keys = copies(pairs, count, 0, 2);
        auto values = copies(pairs, count, 1, 2);
        auto key_type = count ? common_type(keys) : c10::StringType::get();
        for (const ShimValue &key : keys)
            if (!key.isString() && !key.isInt() && !key.isDouble() && !key.isBool() && !key.isTensor())
                throw shim::Error("a dict's key is a " + key.type()->repr_str() +
                                  "; TorchScript takes texts, numbers and tensors");
        if (key_type->kind() == c10::TypeKind::AnyType)
            throw shim::Error("the keys of a dict are of different types");
        c10::impl::GenericDict dict(key_type, common_type(values));
        dict.reserve(count);
        for (size_t i = 0; i < count; i++)
            dict.insert_or_assign(std::move(keys[i]), std::move(values[i]));
        return new ShimValue(std::move(dict));
    });
}

void shim_value_free(ShimValue *value) { delete value; }

int shim_value_kind(const ShimValue *value)
{
    if (value->isNone())
        return SHIM_NONE;
    if (value->isTensor())
        return value->toTensor().defined() ? SHIM_TENSOR : SHIM_NONE;
    if (value->isBool())
        return SHIM_BOOL;
    if (value->isInt())
        return SHIM_INT;
    if (value->isDouble())
        return SHIM_FLOAT;
    if (value->isString() || value->isDevice())
        return SHIM_TEXT;
    if (value->isList())
        return SHIM_LIST;
    if (value->isTuple())
        return SHIM_TUPLE;
    if (value->isGenericDict())
        return SHIM_DICT;
    return SHIM_OTHER;
}

bool shim_value_as_bool(const ShimValue *value) { return value->isBool() && value->toBool(); }
int64_t shim_value_as_int(const ShimValue *value) { return value->isInt() ? value->toInt() : 0; }
double shim_value_as_float(const ShimValue *value) { return value->isDouble() ? value->toDouble() : 0; }

char *shim_value_as_text(const ShimValue *value, size_t *length, char **error)
{
    return guard(error, static_cast<char *>(nullptr), [&] {
        std::string text = value->isDevice() ? value->toDevice().str() : value->toStringRef();
        *length = text.size();
        return shim::text_of(text);
    });
}

ShimTensor *shim_value_as_tensor(const ShimValue *value, char **error)
{
    return guard(error, static_cast<ShimTensor *>(nullptr),
                 [&] { return new ShimTensor(value->toTensor()); });
}

size_t shim_value_count(const ShimValue *value)
{
    if (value->isList())
        return value->toListRef().size();
    if (value->isTuple())
        return value->toTupleRef().elements().size();
    if (value->isGenericDict())
        return value->toGenericDict().size();
    return 0;
}

int shim_value_items(const ShimValue *value, ShimValue **items, char **error)
{
    return guard(error, 0, [&] {
        std::vector<std::unique_ptr<ShimValue>> parts;
        auto add = [&](const ShimValue &part) { parts.push_back(std::make_unique<ShimValue>(part)); };
        if (value->isTuple()) {
            for (const ShimValue &part : value->toTupleRef().elements())
                add(part);
        } else if (value->isGenericDict()) {
            for (const auto &pair : value->toGenericDict()) {
                add(pair.key());
                add(pair.value());
            }
        } else {
            for (const ShimValue &part : value->toListRef())
                add(part);
        }
        for (auto &part : parts)
            *items++ = part.release();
        return 1;
    });
}

char *shim_value_type(const ShimValue *value, char **error)
{
    return guard(error, static_cast<char *>(nullptr),
                 [&] { return shim::text_of(value->type()->repr_str()); });
}
