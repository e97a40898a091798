//! `cargo xtask abi`: the checked-in list of C functions, and that the header, the list, the
//! sources and both libraries name the same ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::cargo::{Libraries, Profile, build_libraries};
use crate::declarations::{self, Declaration};
use crate::exports::Area;
use crate::generated::{self, Mode};
use crate::workspace::{FACADE, Workspace};
use crate::{Result, header, symbols};

/// The command that mends a list that is out of date.
const MEND: &str = "cargo xtask abi";

/// What the names begin with that the bindings to LibTorch export, and what they depend on: C and
/// C++ call these back, and there is no way to hide them.
const FOREIGN: &[&str] = &["tch_read_stream_", "tch_write_stream_", "bz_internal_error"];

/// Writes or checks the list, then compares it with the libraries.
pub fn run(arguments: &[String]) -> Result<()> {
    let mode = Mode::of(arguments)?;
    let workspace = Workspace::find()?;
    header::settle(&workspace, mode)?;
    let written = settle(&workspace, mode)?;
    println!(
        "{} {}",
        path(&workspace).display(),
        if written { "written" } else { "is up to date" }
    );
    let libraries = build_libraries(&workspace, Profile::Release)?;
    let count = compare(&workspace, &libraries)?;
    println!("{count} functions: the same in the header, the list, the sources and both libraries");
    Ok(())
}

/// Brings the list up to date with the header, or checks that it is.
pub fn settle(workspace: &Workspace, mode: Mode) -> Result<bool> {
    let mut text = String::from(
        "# The C functions of the runtime, sorted: a change of this file is a change of the binary\n\
         # interface. Written from the header by `cargo xtask abi`.\n",
    );
    for declaration in declared(workspace)? {
        text.push_str(&format!("{declaration}\n"));
    }
    generated::settle(&path(workspace), &text, mode, MEND)
}

/// Compares the list with the sources and the libraries; returns how many functions there are.
pub fn compare(workspace: &Workspace, libraries: &Libraries) -> Result<usize> {
    let listed: BTreeSet<String> =
        listed(workspace)?.into_iter().map(|declaration| declaration.name).collect();
    same("the list", &listed, "the sources", &in_sources(workspace)?)?;
    let mut exported = symbols::exported(&libraries.shared)?;
    if libraries.has_torch() {
        exported.retain(|name| !FOREIGN.iter().any(|start| name.starts_with(start)));
    }
    same("the list", &listed, "the shared library", &exported)?;
    let defined = symbols::defined_in_archive(&libraries.archive)?;
    same("the list", &listed, "the static library", &defined)?;
    check_shared_name(workspace, libraries)?;
    Ok(listed.len())
}

/// The functions of the checked-in list.
pub fn listed(workspace: &Workspace) -> Result<Vec<Declaration>> {
    let path = path(workspace);
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    text.lines().filter(|line| !line.starts_with('#')).map(declarations::parse).collect()
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.root.join("ffi-facade/abi/simple_runtime.abi")
}

fn declared(workspace: &Workspace) -> Result<Vec<Declaration>> {
    declarations::read(&fs::read_to_string(header::path(workspace))?)
}

/// The exported functions of every crate, and that the facade links each crate that has some.
fn in_sources(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let linked = workspace.linked_areas()?;
    for area in workspace.areas() {
        if !linked.iter().any(|package| package.name() == area.name()) {
            return Err(format!(
                "{} has C functions, but {FACADE} neither depends on it nor names it",
                area.name()
            )
            .into());
        }
    }
    let mut names = BTreeSet::new();
    for package in linked {
        for name in Area::read(&package)?.function_names() {
            if !names.insert(name.clone()) {
                return Err(
                    format!("two crates export {name}, one of them {}", package.name()).into()
                );
            }
        }
    }
    Ok(names)
}

/// Programs find the shared library by its major version.
fn check_shared_name(workspace: &Workspace, libraries: &Libraries) -> Result<()> {
    let major = header::facade_number(workspace, "ABI_MAJOR")?;
    let wanted = format!("libsimple_runtime.so.{major}");
    match symbols::shared_name(&libraries.shared)? {
        Some(name) if name != wanted => {
            Err(format!("the shared library calls itself {name}, not {wanted}").into())
        }
        None if cfg!(target_os = "linux") => Err("the shared library has no SONAME".into()),
        _ => Ok(()),
    }
}

fn same(a_name: &str, a: &BTreeSet<String>, b_name: &str, b: &BTreeSet<String>) -> Result<()> {
    let mut complaints = Vec::new();
    for name in a.difference(b) {
        complaints.push(format!("  {name} is in {a_name}, not in {b_name}"));
    }
    for name in b.difference(a) {
        complaints.push(format!("  {name} is in {b_name}, not in {a_name}"));
    }
    if complaints.is_empty() {
        return Ok(());
    }
    Err(format!("{a_name} and {b_name} differ:\n{}", complaints.join("\n")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_both_sides() {
        let a = BTreeSet::from(["rt_a".to_string(), "rt_b".to_string()]);
        let b = BTreeSet::from(["rt_b".to_string(), "rt_c".to_string()]);
        let text = same("a", &a, "b", &b).unwrap_err().to_string();
        assert!(text.contains("rt_a is in a, not in b") && text.contains("rt_c is in b, not in a"));
        assert!(same("a", &a, "b", &a).is_ok());
    }
}
