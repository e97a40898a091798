//! The step in which Python's PyTorch reads what ours writes, and trains in one group with it. It needs a
//! Python with the official packages, which nothing here installs: gigabytes, for what fixtures check as well.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::checks::Checks;
use super::{Context, rust};
use crate::cargo;
use crate::libtorch::{PYTHONS, VERSION};
use crate::{Result, process};

/// A script of `crates/runtime-torch/oracle`, the example whose work it checks, and the packages it imports.
struct Script {
    name: &'static str,
    example: &'static str,
    packages: &'static [&'static str],
    /// Whether the script starts the example itself, and does not look into a folder that it filled.
    starts: bool,
}

const SCRIPTS: &[Script] = &[
    Script { name: "check_dist", example: "dist_rank", packages: &[], starts: true },
    Script { name: "check_jit", example: "save_jit", packages: &[], starts: false },
    Script {
        name: "check_files",
        example: "save_files",
        packages: &["safetensors"],
        starts: false,
    },
    Script {
        name: "check_onnx_export",
        example: "export_onnx",
        packages: &["onnx", "onnxruntime"],
        starts: false,
    },
];

/// Runs the scripts for which Python has the packages, and says which ones were not run.
pub fn check(context: &Context, checks: &mut Checks) {
    let python = match python() {
        Ok(python) => python,
        Err(why) => {
            for script in SCRIPTS {
                checks.skip(script.name, &why.to_string());
            }
            return;
        }
    };
    let mut examples = None;
    checks.check("examples", || {
        examples = Some(build(context)?);
        Ok(String::new())
    });
    let Some(examples) = examples else { return };
    for script in SCRIPTS {
        match script.packages.iter().find(|package| !has(python, package)) {
            Some(package) => checks.skip(script.name, &format!("{python} has no {package}")),
            None => checks.check(script.name, || script.run(context, python, &examples)),
        }
    }
}

impl Script {
    fn run(&self, context: &Context, python: &str, examples: &Path) -> Result<String> {
        let oracle = context.workspace.member("runtime-torch")?.folder().join("oracle");
        let example = examples.join(self.example);
        let given = if self.starts {
            example
        } else {
            let folder = context.workspace.scratch(self.name)?;
            process::output(Command::new(example).arg(&folder))?;
            folder
        };
        // Python has a LibTorch of its own, and the examples know by themselves where ours lies.
        let mut command = Command::new(python);
        command.env("OMP_NUM_THREADS", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        command.arg(oracle.join(format!("{}.py", self.name))).arg(given);
        let said = process::output(&mut command)?;
        Ok(said.lines().last().unwrap_or_default().to_string())
    }
}

/// Builds the examples, and returns their folder.
fn build(context: &Context) -> Result<PathBuf> {
    let arguments = ["build", "--quiet", "--package=runtime-torch", "--features=ffi,pytorch"];
    let mut command =
        cargo::command_with_torch(&context.workspace, context.libtorch()?, &arguments);
    for script in SCRIPTS {
        command.args(["--example", script.example]);
    }
    rust::run(&mut command)?;
    Ok(cargo::torch_target(&context.workspace).join("debug/examples"))
}

/// The Python that has PyTorch, and the version that ours is built on.
fn python() -> Result<&'static str> {
    let question = "import torch; print(torch.__version__)";
    let mut why = String::from("no python3 has torch");
    for python in PYTHONS {
        let Ok(version) = process::output(Command::new(python).args(["-c", question])) else {
            continue;
        };
        if version.trim().split('+').next() == Some(VERSION) {
            return Ok(python);
        }
        why = format!("{python} has torch {}, and this is about {VERSION}", version.trim());
    }
    Err(why.into())
}

fn has(python: &str, package: &str) -> bool {
    process::output(Command::new(python).args(["-c", &format!("import {package}")])).is_ok()
}
