//! The maintainer's commands: `cargo xtask NAME`. One file per command.
#![allow(unreachable_pub, reason = "in a program `pub` marks what other files use, and no more")]

mod abi;
mod bench_c;
mod c;
mod cargo;
mod declarations;
mod demo;
mod docs;
mod doctor;
mod exports;
mod generated;
mod header;
mod hostile;
mod install;
mod libtorch;
mod onnxruntime;
mod process;
mod ranks;
mod screen;
mod symbols;
mod test;
mod workspace;

use std::process::ExitCode;

/// The result of a command: the error is a text for the person at the terminal.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A command: its name and arguments, what it does, and how.
type Command = (&'static str, &'static str, fn(&[String]) -> Result<()>);

const COMMANDS: &[Command] = &[
    ("header [--check]", "writes the C header from the sources", header::run),
    ("abi [--check]", "writes the list of C functions; compares it with the library", abi::run),
    (
        "demo [--no-pytorch | --ranks N] [PATH]",
        "builds C programs on the shipped libraries, runs them",
        demo::run,
    ),
    ("test [--no-pytorch | --only STEP...]", "what continuous integration checks", test::run),
    (
        "install --prefix FOLDER [--pytorch]",
        "installs header, libraries, pkg-config files",
        install::run,
    ),
    ("libtorch [--cuda] [--force | --check]", "gets the LibTorch for PyTorch", libtorch::run),
    (
        "onnxruntime [--force | --check]",
        "gets the ONNX Runtime that models run on",
        onnxruntime::run,
    ),
    (
        "ranks N [--log-dir DIR] -- PROGRAM...",
        "starts N ranks of a program, as torchrun does",
        ranks::run,
    ),
    ("bench-c [NAME]", "runs the benchmarks that are C programs", bench_c::run),
    ("doctor", "says which tools are found and how to get the others", doctor::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        help();
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        help();
        return ExitCode::SUCCESS;
    }
    let Some((_, _, command)) = COMMANDS.iter().find(|(usage, ..)| command_name(usage) == name)
    else {
        eprintln!("there is no command {name:?}");
        help();
        return ExitCode::from(2);
    };
    match command(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", screen::red("error"));
            ExitCode::FAILURE
        }
    }
}

fn command_name(usage: &str) -> &str {
    usage.split_whitespace().next().unwrap_or(usage)
}

fn help() {
    eprintln!("usage: cargo xtask COMMAND\n");
    for (usage, what, _) in COMMANDS {
        eprintln!("  {usage:39} {what}");
    }
}
