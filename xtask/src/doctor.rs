//! `cargo xtask doctor`: which tools are there, and how to get those that are not.

use std::fs;
use std::process::Command;

use crate::workspace::Workspace;
use crate::{Result, c, libtorch, onnxruntime, process, screen};

/// A tool: its name, what it is needed for, whether it is there, and how to get it.
struct Tool {
    name: String,
    purpose: &'static str,
    is_needed: bool,
    is_there: bool,
    remedy: String,
}

/// Lists the tools. Fails when one is missing that `cargo xtask test` cannot do without.
pub fn run(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        return Err("doctor takes no arguments".into());
    }
    let workspace = Workspace::find()?;
    let mut missing = 0;
    for tool in tools(&workspace)? {
        let mark = match (tool.is_there, tool.is_needed) {
            (true, _) => screen::green("found  "),
            (false, true) => screen::red("missing"),
            (false, false) => screen::faint("absent "),
        };
        println!("{mark} {:15} {}", tool.name, tool.purpose);
        if !tool.is_there {
            println!("        {}", tool.remedy);
            missing += usize::from(tool.is_needed);
        }
    }
    if missing == 0 {
        return Ok(());
    }
    Err(format!("{missing} of the tools that the tests need are missing").into())
}

fn tools(workspace: &Workspace) -> Result<Vec<Tool>> {
    let has = process::exists;
    let mut tools = vec![
        Tool {
            is_there: has(&c::compiler(), "--version"),
            name: c::compiler(),
            purpose: "compiles the C tests and the demo (CC names another)",
            is_needed: true,
            remedy: String::from("apt-get install gcc libc6-dev"),
        },
        Tool {
            is_there: has(&c::cxx_compiler(), "--version"),
            name: c::cxx_compiler(),
            purpose: "compiles the header as C++ (CXX names another)",
            is_needed: true,
            remedy: String::from("apt-get install g++"),
        },
        Tool {
            is_there: sanitizers_link(workspace)?,
            name: String::from("sanitizers"),
            purpose: "run the C tests with memory checks",
            is_needed: true,
            remedy: String::from(
                "apt-get install libgcc-12-dev (libasan and libubsan come with the compiler)",
            ),
        },
        Tool {
            is_there: has("cargo-clippy", "--version") && has("rustfmt", "--version"),
            name: String::from("clippy, fmt"),
            purpose: "check the Rust sources",
            is_needed: true,
            remedy: String::from("rustup component add clippy rustfmt"),
        },
        Tool {
            is_there: has("cargo-nextest", "--version"),
            name: String::from("nextest"),
            purpose: "runs the Rust tests faster; without it cargo test does",
            is_needed: false,
            remedy: String::from("cargo install --locked cargo-nextest"),
        },
        Tool {
            is_there: has("python3-config", "--includes"),
            name: String::from("python3-config"),
            purpose: "the benchmarks against CPython, the scripts that write fixtures",
            is_needed: false,
            remedy: String::from("apt-get install python3-dev"),
        },
    ];
    tools.extend(for_torch());
    Ok(tools)
}

/// What PyTorch takes. Nothing of it is missing for who passes `--no-pytorch`.
fn for_torch() -> Vec<Tool> {
    let libtorch = libtorch::present().and_then(|found| match found {
        Some(found) => libtorch::loads(&found.home).map(|()| true),
        None => Ok(false),
    });
    let fetches = !matches!(libtorch, Ok(true));
    let mut tools = vec![Tool {
        is_there: matches!(libtorch, Ok(true)),
        name: format!("LibTorch {}", libtorch::VERSION),
        purpose: "PyTorch, for the demo and the tests (--no-pytorch leaves it out)",
        is_needed: libtorch.is_err(),
        remedy: match libtorch {
            Err(problem) => problem.to_string(),
            Ok(_) => String::from("cargo xtask libtorch (the demo and the tests do it too)"),
        },
    }];
    let onnxruntime = onnxruntime::present().and_then(|found| match found {
        Some(library) => onnxruntime::loads(&library).map(|_| true),
        None => Ok(false),
    });
    let fetches = fetches || !matches!(onnxruntime, Ok(true));
    tools.push(Tool {
        is_there: matches!(onnxruntime, Ok(true)),
        name: String::from("ONNX Runtime"),
        purpose: "runs ONNX models, for the demo and the tests with PyTorch",
        is_needed: onnxruntime.is_err(),
        remedy: match onnxruntime {
            Err(problem) => problem.to_string(),
            Ok(_) => String::from("cargo xtask onnxruntime (the demo and the tests do it too)"),
        },
    });
    if fetches {
        tools.push(Tool {
            is_there: libtorch::python_with_pip().is_ok(),
            name: String::from("pip"),
            purpose: "gets LibTorch and ONNX Runtime",
            is_needed: false,
            remedy: String::from(
                "apt-get install python3-pip; for LibTorch curl from pytorch.org is tried too",
            ),
        });
    }
    tools
}

/// Whether a program can be linked with the sanitizers.
fn sanitizers_link(workspace: &Workspace) -> Result<bool> {
    let folder = workspace.scratch("doctor")?;
    let source = folder.join("empty.c");
    fs::write(&source, "int main(void) { return 0; }\n")?;
    let mut command = Command::new(c::compiler());
    command.arg("-fsanitize=address,undefined").arg("-o").arg(folder.join("empty")).arg(&source);
    Ok(process::output(&mut command).is_ok())
}
