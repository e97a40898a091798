//! The hostile-word test: generates a call of every function in the list, and runs the driver in
//! tests/hostile over them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::c::{Link, Program};
use crate::cargo::Libraries;
use crate::declarations::{Declaration, Parameter};
use crate::workspace::Workspace;
use crate::{Result, abi, process};

/// Runs the test over every function whose name begins with `prefix`; returns what it did in a line.
pub fn check(workspace: &Workspace, libraries: &Libraries, prefix: &str) -> Result<String> {
    let functions = abi::listed(workspace)?;
    let folder = workspace.root.join("tests/hostile");
    let rules = Rules::read(&fs::read_to_string(folder.join("rules.txt"))?)?;
    rules.fit(&functions)?;
    let calls = workspace.scratch("hostile")?.join("calls.c");
    fs::write(&calls, generate(&functions, &rules)?)?;
    let have = functions.iter().map(|function| format!("-DHAVE_{}", function.name));
    let name = if libraries.has_torch() { "hostile-pytorch" } else { "hostile" };
    let program = build(workspace, libraries, name, calls, have.collect())?;
    let mut attack = Command::new(program);
    let run = workspace.scratch("run")?;
    // What makes temporary files makes them in there, too.
    attack.arg(prefix).current_dir(&run).env("TMPDIR", &run).env("RUST_BACKTRACE", "0");
    // OpenMP ends the process when it gets no memory for one more thread.
    attack.env("OMP_NUM_THREADS", "1");
    let output = process::output(&mut attack)?;
    Ok(output.lines().last().unwrap_or_default().to_string())
}

/// Shows that the driver finds what it is for, with functions that crash, hang and exit.
pub fn check_the_check(workspace: &Workspace, libraries: &Libraries) -> Result<String> {
    let broken = workspace.root.join("tests/hostile/broken.c");
    let flags = vec![String::from("-DSECONDS_PER_WORLD=1")];
    let program = build(workspace, libraries, "hostile-broken", broken, flags)?;
    let (passed, text) = process::transcript(&mut Command::new(program))?;
    let wanted = ["killed by signal 11", "does not return", "ended the process", "3 fell"];
    match wanted.iter().find(|part| !text.contains(**part)) {
        None if !passed => Ok(String::from("3 broken functions found")),
        missing => Err(format!("the driver does not say {missing:?}:\n{text}").into()),
    }
}

fn build(
    workspace: &Workspace,
    libraries: &Libraries,
    name: &str,
    calls: PathBuf,
    mut flags: Vec<String>,
) -> Result<PathBuf> {
    let folder = workspace.root.join("tests/hostile");
    flags.push(format!("-I{}", folder.display()));
    if libraries.has_torch() {
        // LibTorch keeps buffers and code of its own from the first call on.
        flags.push(String::from("-DMEMORY_MIB=1024"));
    }
    let sources = vec![folder.join("driver.c"), folder.join("world.c"), calls];
    Program { name, sources, flags, ..Program::default() }.build(workspace, libraries, Link::Static)
}

/// What an argument is chosen from: a constant of `Kind` in tests/hostile/hostile.h.
type Kind = &'static str;

/// The names that a rule may use.
const NAMED_KINDS: &[(&str, Kind)] = &[
    ("word", "KIND_WORD"),
    ("dead", "KIND_DEAD"),
    ("small", "KIND_SMALL"),
    ("one", "KIND_ONE"),
    ("bool", "KIND_BOOL"),
    ("file", "KIND_FILE"),
    ("code", "KIND_CODE"),
    ("text", "KIND_TEXT"),
    ("buffer", "KIND_BUFFER"),
    ("wild", "KIND_WILD"),
];

/// Names of parameters that are the number of objects at the pointer before them.
const LENGTHS: &[&str] = &["len", "length", "count", "size", "capacity", "argc", "n", "num"];

/// Where the test holds back: tests/hostile/rules.txt.
#[derive(Default)]
struct Rules {
    skipped: BTreeSet<String>,
    /// Function, parameter, kind; the function is empty where all are meant.
    kinds: Vec<(String, String, Kind)>,
}

impl Rules {
    fn read(text: &str) -> Result<Self> {
        let mut rules = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let wrong = |what: &str| format!("tests/hostile/rules.txt: {what}: {line}");
            let (rule, reason) = line.split_once(':').ok_or_else(|| wrong("no reason"))?;
            if reason.trim().is_empty() {
                return Err(wrong("no reason").into());
            }
            let kind = |name: &str| {
                let found = NAMED_KINDS.iter().find(|(known, _)| *known == name);
                found.map(|(_, kind)| *kind).ok_or_else(|| wrong("no such kind"))
            };
            match *rule.split_whitespace().collect::<Vec<_>>() {
                ["skip", function] => {
                    rules.skipped.insert(function.to_string());
                }
                ["param", function, parameter, name] => {
                    rules.kinds.push((function.to_string(), parameter.to_string(), kind(name)?));
                }
                ["any", parameter, name] => {
                    rules.kinds.push((String::new(), parameter.to_string(), kind(name)?));
                }
                _ => return Err(wrong("no such rule").into()),
            }
        }
        Ok(rules)
    }

    /// Every rule is about something that is there.
    fn fit(&self, functions: &[Declaration]) -> Result<()> {
        let has = |function: &str, parameter: &str| {
            functions.iter().any(|declaration| {
                (function.is_empty() || declaration.name == function)
                    && (parameter.is_empty()
                        || declaration.parameters.iter().any(|found| found.name == parameter))
            })
        };
        for name in &self.skipped {
            if !has(name, "") {
                return Err(format!("tests/hostile/rules.txt: there is no {name}").into());
            }
        }
        for (function, parameter, _) in &self.kinds {
            if !has(function, parameter) {
                let function = if function.is_empty() { "any function" } else { function };
                return Err(
                    format!("tests/hostile/rules.txt: {function} has no {parameter}").into()
                );
            }
        }
        Ok(())
    }

    fn kind(&self, function: &str, parameter: &str) -> Option<Kind> {
        let find = |wanted: &str| {
            self.kinds.iter().find(|(name, of, _)| name == wanted && of == parameter)
        };
        find(function).or_else(|| find("")).map(|(_, _, kind)| *kind)
    }
}

/// The C file with the calls.
fn generate(functions: &[Declaration], rules: &Rules) -> Result<String> {
    let called: Vec<&Declaration> =
        functions.iter().filter(|function| !rules.skipped.contains(&function.name)).collect();
    let mut text =
        String::from("/* Generated by `cargo xtask test`. */\n#include \"hostile.h\"\n\n");
    let mut table = String::from("const Function functions[] = {\n");
    for function in &called {
        let kinds = kinds_of(function, rules)?;
        let listed = if kinds.is_empty() { "KIND_WORD".to_string() } else { kinds.join(", ") };
        writeln!(text, "{}", thunk(function, &kinds))?;
        writeln!(
            table,
            "    {{\"{0}\", call_{0}, {1}, {{{listed}}}}},",
            function.name,
            function.parameters.len()
        )?;
    }
    table.push_str("};\nconst int function_count = sizeof functions / sizeof functions[0];\n\n");
    table.push_str("const Constructor constructors[] = {\n");
    for (index, function) in called.iter().enumerate().filter(|(_, function)| makes(function)) {
        let release = releaser(function, &called);
        let release = release.map_or_else(|| String::from("NULL"), |name| format!("call_{name}"));
        writeln!(table, "    {{&functions[{index}], {release}}},")?;
    }
    // C has no empty arrays: the last entry is not counted.
    table.push_str("    {NULL, NULL},\n};\n");
    table.push_str(
        "const int constructor_count = sizeof constructors / sizeof constructors[0] - 1;\n",
    );
    Ok(text + &table)
}

/// A function that calls `function` with arguments from an array.
fn thunk(function: &Declaration, kinds: &[Kind]) -> String {
    let arguments: Vec<String> = function
        .parameters
        .iter()
        .zip(kinds)
        .enumerate()
        .map(|(position, (parameter, kind))| argument(position, parameter, kind))
        .collect();
    let call = format!("{}({})", function.name, arguments.join(", "));
    let used = if arguments.is_empty() { "(void)a; " } else { "" };
    let statement = match function.returns.as_str() {
        "void" => call,
        "double" | "float" => format!("(void){call}"),
        pointer if pointer.ends_with('*') => format!("call_result = (uint64_t)(uintptr_t){call}"),
        _ => format!("call_result = (uint64_t){call}"),
    };
    format!("static void call_{}(const Argument *a) {{ {used}{statement}; }}", function.name)
}

fn argument(position: usize, parameter: &Parameter, kind: Kind) -> String {
    let ty = &parameter.ty;
    if kind == "KIND_FLOAT" {
        format!("({ty})a[{position}].number")
    } else if ty.contains("(*)") {
        // Through the one function type that compilers let every cast pass.
        format!("({ty})(void (*)(void))(uintptr_t)a[{position}].word")
    } else if ty.ends_with('*') {
        format!("({ty})(uintptr_t)a[{position}].word")
    } else {
        format!("({ty})a[{position}].word")
    }
}

/// What each argument is chosen from.
fn kinds_of(function: &Declaration, rules: &Rules) -> Result<Vec<Kind>> {
    const MAX_ARGUMENTS: usize = 10;
    if function.parameters.len() > MAX_ARGUMENTS {
        return Err(format!("{} has more than {MAX_ARGUMENTS} parameters", function.name).into());
    }
    let mut kinds: Vec<Kind> = Vec::new();
    for (position, parameter) in function.parameters.iter().enumerate() {
        let before = kinds.last().copied().unwrap_or_default();
        let kind = if let Some(kind) = rules.kind(&function.name, &parameter.name) {
            kind
        } else if before.starts_with("KIND_SLICE") || before == "KIND_ROOM" {
            "KIND_LENGTH"
        } else {
            natural_kind(parameter, function.parameters.get(position + 1))
        };
        kinds.push(kind);
    }
    Ok(kinds)
}

/// The kind that a parameter's type asks for, and the parameter after it.
fn natural_kind(parameter: &Parameter, next: Option<&Parameter>) -> Kind {
    let ty = parameter.ty.as_str();
    if ty.contains("(*)") {
        return "KIND_CODE";
    }
    if let Some(pointee) = ty.strip_suffix('*') {
        let is_read = pointee.starts_with("const ");
        let pointee = pointee.trim_start_matches("const ").trim();
        return match (pointee, next.is_some_and(is_length)) {
            (_, true) if !is_read => "KIND_ROOM",
            ("int32_t" | "uint32_t" | "float", true) => "KIND_SLICE4",
            ("RuntimeValue" | "int64_t" | "uint64_t" | "double", true) => "KIND_SLICE8",
            (_, true) => "KIND_SLICE1",
            ("char", false) if is_read => "KIND_TEXT",
            (_, false) => "KIND_BUFFER",
        };
    }
    match ty {
        "double" | "float" => "KIND_FLOAT",
        "bool" => "KIND_BOOL",
        _ => "KIND_WORD",
    }
}

fn is_length(parameter: &Parameter) -> bool {
    let is_number = parameter.ty.starts_with("int") || parameter.ty.starts_with("uint");
    let last = parameter.name.rsplit('_').next().unwrap_or_default();
    is_number && !parameter.ty.ends_with('*') && LENGTHS.contains(&last)
}

/// Loaders whose results hold threads or much memory: a file that an earlier function wrote may be loaded
/// hundreds of times.
const LOADERS: &[&str] = &["rt_torch_jit_load", "rt_torch_onnx_load"];

/// Whether the function makes an object: a handle or a value.
fn makes(function: &Declaration) -> bool {
    let is_constructor = function.name.ends_with("_new")
        || function.name.contains("_new_")
        || LOADERS.iter().any(|loader| function.name.starts_with(loader));
    is_constructor && ["int64_t", "RuntimeValue"].contains(&function.returns.as_str())
}

/// The function that frees what the constructor makes.
fn releaser(constructor: &Declaration, functions: &[&Declaration]) -> Option<String> {
    let stem = constructor.name.split("_new").next()?.split("_load").next()?;
    let own = format!("{stem}_free");
    let names: &[&str] = if constructor.name.starts_with("rt_torch_") {
        // Values that hold the handle of a tensor or of a layer.
        &[&own, "rt_torch_module_free", "rt_torch_free"]
    } else if constructor.returns == "RuntimeValue" {
        &["rt_value_free"]
    } else {
        &[&own]
    };
    let is_there = |name: &&&str| functions.iter().any(|function| function.name == **name);
    names.iter().find(is_there).map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::parse;

    fn kinds(declaration: &str, rules: &str) -> Vec<Kind> {
        kinds_of(&parse(declaration).unwrap(), &Rules::read(rules).unwrap()).unwrap()
    }

    #[test]
    fn pointers_go_with_their_lengths() {
        assert_eq!(
            kinds(
                "void rt_f(int64_t h, const uint8_t *data_ptr, uint64_t data_len, double d);",
                ""
            ),
            ["KIND_WORD", "KIND_SLICE1", "KIND_LENGTH", "KIND_FLOAT"]
        );
        assert_eq!(
            kinds("void rt_f(const RuntimeValue *args, uint64_t argc, int64_t *out);", ""),
            ["KIND_SLICE8", "KIND_LENGTH", "KIND_BUFFER"]
        );
        assert_eq!(
            kinds("int64_t rt_f(uint8_t *output_ptr, uint64_t output_len, int64_t n);", ""),
            ["KIND_ROOM", "KIND_LENGTH", "KIND_WORD"]
        );
        assert_eq!(
            kinds("void rt_f(const char *name, void (*drop)(void *data), bool b);", ""),
            ["KIND_TEXT", "KIND_CODE", "KIND_BOOL"]
        );
    }

    #[test]
    fn rules_come_before_types() {
        let declaration = "void rt_free(uint8_t *ptr, uint64_t size);";
        let rules = "param rt_free ptr wild: it knows its own blocks\nany size small: why not\n";
        assert_eq!(kinds(declaration, rules), ["KIND_WILD", "KIND_SMALL"]);
        let functions = [parse(declaration).unwrap()];
        assert!(Rules::read(rules).unwrap().fit(&functions).is_ok());
        for gone in ["skip rt_gone: it is", "param rt_free gone word: it is", "any gone word: so"] {
            assert!(Rules::read(gone).unwrap().fit(&functions).is_err(), "{gone}");
        }
        for wrong in ["skip rt_free", "skip rt_free:", "keep rt_free: x", "any size odd: x"] {
            assert!(Rules::read(wrong).is_err(), "{wrong}");
        }
    }
}
