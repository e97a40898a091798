/* TorchScript from source text. */

#include "script.h"
#include "shim.h"

#include <ATen/core/jit_type.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/frontend/error_report.h>
#include <torch/csrc/jit/frontend/lexer.h>
#include <torch/csrc/jit/frontend/parser.h>
#include <torch/csrc/jit/frontend/resolver.h>
#include <torch/csrc/jit/frontend/sugared_value.h>
#include <torch/csrc/jit/frontend/tree_views.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>

namespace jit = torch::jit;
using c10::QualifiedName;
using shim::guard;
using shim::method_names;

namespace {

const char *const SOURCE = "source";

/* "line L, column C: what is wrong", out of LibTorch's text with its picture of the place. */
std::string place_and_reason(const std::string &text)
{
    std::string name = std::string("File \"") + SOURCE + "\", line ";
    size_t file = text.find(name);
    if (file == std::string::npos)
        return shim::explain(text.c_str());
    std::string reason = shim::without_addresses(text.substr(0, file));
    reason.erase(0, reason.find_first_not_of(" \n"));
    reason.erase(reason.find_last_not_of(" :\n") + 1);

    std::string line = text.substr(file + name.size());
    line = line.substr(0, line.find_first_not_of("0123456789"));
    /* The line above the marks is the source's, so the marks stand at its column. */
    std::string place = "line " + line;
    size_t marks = text.find("~", file);
    if (marks != std::string::npos && text.find("<--- HERE", marks) != std::string::npos)
        place += ", column " + std::to_string(marks - text.rfind('\n', marks));
    return place + ": " + reason;
}

/* What `torch` is in source text: operators, and the names of dtypes. */
struct TorchNames : jit::BuiltinModule {
    TorchNames() : jit::BuiltinModule("aten") {}

    std::shared_ptr<jit::SugaredValue> attr(const jit::SourceRange &place, jit::GraphFunction &function,
                                            const std::string &field) override
    {
        static const std::map<std::string, at::ScalarType> dtypes{
            {"float32", at::kFloat},  {"float", at::kFloat},    {"float64", at::kDouble},
            {"double", at::kDouble},  {"float16", at::kHalf},   {"half", at::kHalf},
            {"bfloat16", at::kBFloat16}, {"int8", at::kChar},   {"uint8", at::kByte},
            {"int16", at::kShort},    {"short", at::kShort},    {"int32", at::kInt},
            {"int", at::kInt},        {"int64", at::kLong},     {"long", at::kLong},
            {"bool", at::kBool},      {"complex64", at::kComplexFloat},
            {"complex128", at::kComplexDouble},
        };
        auto found = dtypes.find(field);
        if (found == dtypes.end())
            return jit::BuiltinModule::attr(place, function, field);
        auto number = static_cast<int64_t>(found->second);
        return std::make_shared<jit::SimpleValue>(function.graph()->insertConstant(number, place));
    }
};

/* What `math` is: operators on numbers, and constants. */
struct MathNames : jit::BuiltinModule {
    MathNames() : jit::BuiltinModule("aten") {}

    std::shared_ptr<jit::SugaredValue> attr(const jit::SourceRange &place, jit::GraphFunction &function,
                                            const std::string &field) override
    {
        static const std::map<std::string, double> constants{
            {"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", std::numeric_limits<double>::infinity()},
            {"nan", std::numeric_limits<double>::quiet_NaN()},
        };
        auto found = constants.find(field);
        if (found == constants.end())
            return jit::BuiltinModule::attr(place, function, field);
        return std::make_shared<jit::SimpleValue>(function.graph()->insertConstant(found->second, place));
    }
};

/* Functions without self: what they are called in the source, and where they are. */
const char *const PREFIX = "__torch__";

/* The names that source text may use without having defined them as variables. */
struct Names : jit::Resolver {
    explicit Names(std::shared_ptr<jit::CompilationUnit> unit) : unit_(std::move(unit)) {}

    std::shared_ptr<jit::SugaredValue> resolveValue(const std::string &name, jit::GraphFunction &,
                                                    const jit::SourceRange &) override
    {
        if (name == "torch")
            return std::make_shared<TorchNames>();
        if (name == "math")
            return std::make_shared<MathNames>();
        if (jit::Function *function = unit_->find_function(QualifiedName(PREFIX, name)))
            return std::make_shared<jit::FunctionValue>(function);
        static const std::set<std::string> exceptions{
            "AssertionError", "Exception", "IndexError", "KeyError", "NotImplementedError",
            "RuntimeError", "TypeError", "ValueError",
        };
        if (exceptions.count(name))
            return std::make_shared<jit::ExceptionValue>(name);
        return nullptr;
    }

    jit::TypePtr resolveType(const std::string &, const jit::SourceRange &) override { return nullptr; }

private:
    std::shared_ptr<jit::CompilationUnit> unit_;
};

bool takes_self(const jit::Def &definition)
{
    auto parameters = definition.decl().params();
    return parameters.size() > 0 && (*parameters.begin()).ident().name() == "self";
}

/* The failure of the parser, which stopped at the token. */
shim::Error syntax_error(const std::string &text, const jit::Token &token, const std::string &what)
{
    size_t at = std::min(token.range.start(), text.size());
    /* The end of a line belongs behind what is on the line, not where the next one begins. */
    if (at >= text.size() || std::isspace(static_cast<unsigned char>(text[at])))
        while (at > 0 && std::isspace(static_cast<unsigned char>(text[at - 1])))
            at--;
    auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    size_t column = before == std::string::npos ? at + 1 : at - before;
    std::string reason = shim::explain(what.c_str());
    const std::string here = " here:";
    if (reason.size() > here.size() && reason.compare(reason.size() - here.size(), here.size(), here) == 0)
        reason.resize(reason.size() - here.size());
    return shim::Error("line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + reason);
}

/* Lets `read` go on through the lexer's tokens until the end. */
template <typename Read> void read_to_end(const std::string &text, jit::Lexer &lexer, Read &&read)
{
    try {
        while (lexer.cur().kind != jit::TK_EOF)
            read();
    } catch (const jit::ErrorReport &) {
        throw;
    } catch (const std::exception &thrown) {
        throw syntax_error(text, lexer.cur(), thrown.what());
    }
}

/*
 * Refuses source that is nested too deeply. LibTorch's parser and compiler recurse along nesting and
 * along chains of operators, and take time in the square of some. What is within the limits may be saved
 * and loaded: an archive has an elif as an else and an if in it.
 */
class Nesting {
public:
    static constexpr size_t BRACKETS = 200, INDENTS = 1200, CHAIN = 5000, ELIFS = 1000;

    void see(int kind)
    {
        switch (kind) {
        case jit::TK_INDENT: limit(++indents_, INDENTS, "blocks"); break;
        case jit::TK_DEDENT: indents_--; break;
        case jit::TK_DEF: elifs_ = 0; break;
        case jit::TK_ELIF: limit(++elifs_, ELIFS, "elifs"); break;
        case jit::TK_NEWLINE:
            chain_ = 0;
            brackets_.assign(1, 0);
            break;
        case ',':
            chain_ -= brackets_.back();
            brackets_.back() = 0;
            break;
        case '(':
        case '[':
        case '{':
            brackets_.push_back(0);
            limit(brackets_.size() - 1, BRACKETS, "brackets");
            break;
        case ')':
        case ']':
        case '}':
            if (brackets_.size() == 1)
                break;
            chain_ -= brackets_.back();
            brackets_.pop_back();
            [[fallthrough]];
        default:
            brackets_.back()++;
            limit(++chain_, CHAIN, "terms of one expression");
        }
    }

    size_t indents() const { return indents_; }

private:
    static void limit(size_t count, size_t most, const char *what)
    {
        if (count > most)
            throw std::runtime_error("more than " + std::to_string(most) + ' ' + what + " within each other");
    }

    size_t indents_ = 0, elifs_ = 0, chain_ = 0;
    /* For each open bracket, and the line itself, how many terms the expression in it has so far. */
    std::vector<size_t> brackets_{0};
};

/* All definitions of the text. */
std::vector<jit::Def> parse(const std::string &text)
{
    auto source = std::make_shared<jit::Source>(text, std::string(SOURCE), 1);

    /* Whether the first parameter is self. The parser is to know before it reads a definition, since a
     * comment about types says nothing of self. */
    std::vector<bool> methods;
    jit::Lexer lexer(source);
    Nesting nesting;
    read_to_end(text, lexer, [&] {
        int kind = lexer.next().kind;
        nesting.see(kind);
        if (kind != jit::TK_DEF || nesting.indents() != 0)
            return;
        lexer.nextIf(jit::TK_IDENT);
        bool open = lexer.nextIf('(');
        if (open)
            nesting.see('(');
        methods.push_back(open && lexer.cur().kind == jit::TK_IDENT && lexer.cur().text() == "self");
    });

    jit::Parser parser(source);
    std::vector<jit::Def> definitions;
    read_to_end(text, parser.lexer(), [&] {
        if (parser.lexer().cur().kind != jit::TK_DEF)
            throw std::runtime_error("expected a function: def name(...)");
        size_t position = definitions.size();
        definitions.emplace_back(parser.parseFunction(position < methods.size() && methods[position]));
    });
    return definitions;
}

/* Puts a copy of the function among the module's methods, with self before its arguments. */
void add_method(jit::Module &module, const jit::Function &function, const std::string &name)
{
    auto graph = jit::toGraphFunction(function).graph()->copy();
    graph->insertInput(0, "self")->setType(module.type());
    auto *method = module._ivalue()->compilation_unit()->create_function(
        QualifiedName(*module.type()->name(), name), graph);
    const c10::FunctionSchema &schema = function.getSchema();
    std::vector<c10::Argument> arguments{c10::Argument("self", module.type())};
    arguments.insert(arguments.end(), schema.arguments().begin(), schema.arguments().end());
    method->setSchema(c10::FunctionSchema(name, "", std::move(arguments), schema.returns()));
    module.type()->addMethod(method);
}

void define(jit::Module &module, const std::string &text)
{
    std::vector<jit::Def> functions, methods;
    for (const jit::Def &definition : parse(text))
        (takes_self(definition) ? methods : functions).push_back(definition);
    if (functions.empty() && methods.empty())
        throw shim::Error("the source defines no function");

    auto unit = module._ivalue()->compilation_unit();
    auto names = std::make_shared<Names>(unit);
    std::vector<jit::ResolverPtr> resolvers(functions.size(), names);
    auto compiled = unit->define(QualifiedName(PREFIX), {}, {}, functions, resolvers, nullptr);

    resolvers.assign(methods.size(), names);
    jit::SimpleSelf self(module.type());
    unit->define(*module.type()->name(), {}, {}, methods, resolvers, &self);

    for (const jit::Function *function : compiled)
        add_method(module, *function, function->name());
    if (compiled.size() == 1 && !module.find_method("forward"))
        add_method(module, *compiled.front(), "forward");
}

/* Takes away what a definition that failed has left. */
void forget_methods(jit::Module &module, const std::set<std::string> &before,
                    const std::vector<jit::Function *> &functions)
{
    for (const std::string &name : method_names(module))
        if (!before.count(name))
            module.type()->unsafeRemoveMethod(name);
    auto unit = module._ivalue()->compilation_unit();
    std::set<const jit::Function *> known(functions.begin(), functions.end());
    for (const jit::Function *function : unit->get_functions())
        if (function && !known.count(function))
            unit->unsafeRemoveMethod(function->qualname());
}

} // namespace

void shim::check_archive(const std::string &path)
{
    caffe2::serialize::PyTorchStreamReader archive(path);
    for (const std::string &record : archive.getAllRecords()) {
        const std::string ending = ".py";
        if (record.rfind("code/", 0) != 0 || record.size() < ending.size() ||
            record.compare(record.size() - ending.size(), ending.size(), ending) != 0)
            continue;
        auto [data, size] = archive.getRecord(record);
        std::string text(static_cast<const char *>(data.get()), size);
        jit::Lexer lexer(std::make_shared<jit::Source>(text, record, 1));
        Nesting nesting;
        read_to_end(text, lexer, [&] { nesting.see(lexer.next().kind); });
    }
}

int shim_jit_define(ShimModule *module, const char *source, size_t length, char **error)
{
    return guard(error, 0, [&] {
        auto methods = method_names(*module);
        auto functions = module->_ivalue()->compilation_unit()->get_functions();
        try {
            /* The parser wants the last line to end. */
            define(*module, std::string(source, length) + '\n');
        } catch (const shim::Error &) {
            forget_methods(*module, methods, functions);
            throw;
        } catch (const std::exception &thrown) {
            std::string text = place_and_reason(thrown.what());
            forget_methods(*module, methods, functions);
            throw shim::Error(text);
        }
        return 1;
    });
}
