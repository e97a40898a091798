//! The PyTorch that a Python has installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::set::Set;
use super::tree::Tree;
use super::{VERSION, cache::Cache, pip};
use crate::{Result, process};

/// The Pythons that are asked.
pub const NAMES: &[&str] = &["python3", "python"];

/// Prints the version of PyTorch and the folder that it is installed in, without loading it.
const QUESTION: &str = "import importlib.metadata as m\n\
    d = m.distribution('torch')\n\
    print(d.version)\n\
    print(d.locate_file(''))";

/// The files of the PyTorch that Python has, when it has the version.
pub fn find(set: Set, _cache: &Cache) -> Result<Tree> {
    let answer = NAMES
        .iter()
        .find_map(|python| process::output(Command::new(python).args(["-c", QUESTION])).ok());
    let answer = answer.ok_or("python3 has no torch")?;
    let mut lines = answer.lines();
    let version = lines.next().unwrap_or_default();
    if version.split('+').next() != Some(VERSION) {
        return Err(format!("python3 has torch {version}").into());
    }
    let folder = PathBuf::from(lines.next().unwrap_or_default());
    let mut records = Vec::new();
    for (package, _) in pip::packages(set).unwrap_or_else(|_| vec![("torch", VERSION)]) {
        records.extend(record(&folder, package)?);
    }
    if records.is_empty() {
        return Err(format!("{} has no list of torch's files", folder.display()).into());
    }
    Tree::of_installed(&folder, &records)
}

/// The list of the package's files, if it is installed. Which version of NVIDIA's packages there is
/// is pip's affair.
fn record(folder: &Path, package: &str) -> Result<Option<PathBuf>> {
    let start = format!("{package}-");
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let record = folder.join(&name).join("RECORD");
        if name.starts_with(&start) && name.ends_with(".dist-info") && record.is_file() {
            return Ok(Some(record));
        }
    }
    Ok(None)
}
