//! `cargo xtask test`: everything that continuous integration checks.

mod agreement;
mod c_programs;
mod checks;
mod floors;
mod header_alone;
mod installed;
mod licences;
mod rust;
mod tidy;
mod torch;
mod torch_python;

use std::cell::OnceCell;
use std::time::Instant;

use crate::cargo::{self, Libraries, Profile};
use crate::generated::Mode;
use crate::libtorch::{self, LibTorch};
use crate::workspace::Workspace;
use crate::{Result, abi, header, hostile};
use checks::Checks;

/// A step: its name, what it says about the workspace, and how.
type Step = (&'static str, &'static str, fn(&Context, &mut Checks));

const STEPS: &[Step] = &[
    ("tidy", "files begin with what they are for, and keep the house rules", tidy::check),
    ("agreement", "what is said twice is said alike", agreement::check),
    ("floors", "areas depend on the two lower floors only", floors::check),
    ("licences", "every dependency may be used", licences::check),
    ("fmt", "the sources are formatted", rust::fmt),
    ("header", "the header and the list of functions are as the sources say", generated_files),
    ("clippy", "no lint speaks", rust::clippy),
    ("rustdoc", "the documentation builds without a warning", rust::rustdoc),
    ("rust", "the tests of every crate", rust::tests),
    ("doc-tests", "the examples in the documentation", rust::doc_tests),
    ("compat-floats", "the tests of the values with the lossy float form", rust::compat_floats),
    ("loom", "the models of the lock-free code", rust::loom),
    ("abi", "header, list, sources and both libraries name the same functions", library_symbols),
    (
        "header-alone",
        "the header compiles by itself, twice, as C11, C17 and C++17",
        header_alone::check,
    ),
    (
        "c",
        "the C programs, linked statically, dynamically and under the sanitizers",
        c_programs::check,
    ),
    ("stress", "the C programs that set threads on the containers and locks", c_programs::stress),
    ("installed", "what is installed can be built on", installed::check),
    ("hostile", "no word and no null pointer makes a function crash or hang", hostile_words),
    ("without-torch", "the functions of PyTorch say that it is not there", torch::without),
    (
        "torch-set-up",
        "LibTorch and ONNX Runtime are there and load; they are fetched when not",
        torch::set_up,
    ),
    ("torch-rust", "the lints, the documentation and the tests with PyTorch", torch::rust),
    ("torch-abi", "the libraries with PyTorch have the same functions", torch::symbols),
    ("torch-c", "the C programs with PyTorch, linked in every way", torch::c_programs),
    (
        "torch-python",
        "Python's PyTorch reads what ours writes and trains with it, where Python has it",
        torch_python::check,
    ),
    ("torch-installed", "what is installed can be built on", installed::check_with_torch),
    ("torch-hostile", "no word makes a function of PyTorch crash or hang", torch::hostile_words),
];

/// What the names of the steps begin with that need LibTorch.
const NEEDS_TORCH: &str = "torch-";

/// What the steps share.
pub struct Context {
    /// The workspace.
    pub workspace: Workspace,
    release: OnceCell<Libraries>,
    dev: OnceCell<Libraries>,
    libtorch: OnceCell<std::result::Result<LibTorch, String>>,
    torch_release: OnceCell<Libraries>,
    torch_dev: OnceCell<Libraries>,
}

impl Context {
    fn new(workspace: Workspace) -> Self {
        Self {
            workspace,
            release: OnceCell::new(),
            dev: OnceCell::new(),
            libtorch: OnceCell::new(),
            torch_release: OnceCell::new(),
            torch_dev: OnceCell::new(),
        }
    }

    /// The LibTorch to build on. Whether it can be had is found out once.
    pub fn libtorch(&self) -> Result<&LibTorch> {
        let found = self.libtorch.get_or_init(|| libtorch::ensure().map_err(|e| e.to_string()));
        found.as_ref().map_err(|error| error.clone().into())
    }

    /// The libraries with PyTorch, likewise.
    pub fn torch_libraries(&self, profile: Profile) -> Result<&Libraries> {
        let kept = match profile {
            Profile::Release => &self.torch_release,
            Profile::Dev => &self.torch_dev,
        };
        if let Some(libraries) = kept.get() {
            return Ok(libraries);
        }
        let libtorch = self.libtorch()?;
        let built = cargo::build_libraries_with_torch(&self.workspace, profile, libtorch)?;
        Ok(kept.get_or_init(|| built))
    }

    /// The libraries of a build, which the first step that asks for them makes.
    pub fn libraries(&self, profile: Profile) -> Result<&Libraries> {
        let kept = match profile {
            Profile::Release => &self.release,
            Profile::Dev => &self.dev,
        };
        if let Some(libraries) = kept.get() {
            return Ok(libraries);
        }
        let built = cargo::build_libraries(&self.workspace, profile)?;
        Ok(kept.get_or_init(|| built))
    }
}

/// Runs all steps, those that `--only` names, or lists them.
pub fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let chosen: Vec<&Step> = match arguments.as_slice() {
        [] => STEPS.iter().collect(),
        ["--no-pytorch"] => {
            STEPS.iter().filter(|(name, ..)| !name.starts_with(NEEDS_TORCH)).collect()
        }
        ["--list"] => {
            for (name, what, _) in STEPS {
                println!("{name:16} {what}");
            }
            return Ok(());
        }
        ["--only", names @ ..] if !names.is_empty() => named(names)?,
        _ => return Err("usage: cargo xtask test [--list | --no-pytorch | --only STEP...]".into()),
    };
    let context = Context::new(Workspace::find()?);
    let start = Instant::now();
    let mut checks = Checks::default();
    for (name, what, step) in &chosen {
        checks.begin(name, what);
        step(&context, &mut checks);
    }
    checks.report(start.elapsed())
}

fn named(names: &[&str]) -> Result<Vec<&'static Step>> {
    names
        .iter()
        .map(|wanted| {
            STEPS
                .iter()
                .find(|(name, ..)| name == wanted)
                .ok_or_else(|| format!("there is no step {wanted:?}; --list shows them").into())
        })
        .collect()
}

fn generated_files(context: &Context, checks: &mut Checks) {
    checks.check("header", || {
        header::settle(&context.workspace, Mode::Check)?;
        Ok(String::new())
    });
    checks.check("list of functions", || {
        abi::settle(&context.workspace, Mode::Check)?;
        Ok(String::new())
    });
}

fn library_symbols(context: &Context, checks: &mut Checks) {
    checks.check("symbols", || {
        let count = abi::compare(&context.workspace, context.libraries(Profile::Release)?)?;
        Ok(format!("{count} functions"))
    });
}

fn hostile_words(context: &Context, checks: &mut Checks) {
    checks.check("the check itself", || {
        hostile::check_the_check(&context.workspace, context.libraries(Profile::Dev)?)
    });
    checks.check("hostile words", || {
        hostile::check(&context.workspace, context.libraries(Profile::Dev)?, "")
    });
}
