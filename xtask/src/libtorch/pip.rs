//! The wheels of PyTorch, through pip: a machine that reaches a package registry and nothing else
//! has them too.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::set::Set;
use super::tree::{self, Tree};
use super::{VERSION, cache::Cache};
use crate::{Result, process};

/// A wheel that is known by its hash.
pub struct Wheel {
    file: &'static str,
    hash: &'static str,
}

/// Downloads the wheels that are not there yet.
pub fn fetch(set: Set, cache: &Cache) -> Result<Tree> {
    Tree::of_wheels(&download_all(&wheels(set)?, &cache.downloads())?)
}

/// Downloads the wheels that are not in the folder yet; each has a call of pip of its own, so that those
/// that are complete stay when the run is cut short.
pub fn download_all(wheels: &[Wheel], folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let mut python = None;
    for wheel in wheels {
        let path = folder.join(wheel.file);
        if !(path.is_file() && tree::hash_of(&path)? == wheel.hash) {
            let python = match python {
                Some(python) => python,
                None => *python.insert(python_with_pip()?),
            };
            download(python, wheel, folder)?;
            if tree::hash_of(&path)? != wheel.hash {
                return Err(
                    format!("{} does not have the hash it should have", path.display()).into()
                );
            }
        }
        paths.push(path);
    }
    Ok(paths)
}

/// The wheels of the set for this system.
fn wheels(set: Set) -> Result<Vec<Wheel>> {
    let list = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => include_str!("wheels/linux-x86_64.txt"),
        ("linux", "aarch64") => include_str!("wheels/linux-aarch64.txt"),
        ("macos", "aarch64") => include_str!("wheels/macos-aarch64.txt"),
        (system, machine) => {
            return Err(format!("there is no wheel for {system} on {machine}").into());
        }
    };
    if set == Set::Cuda && !list.contains(CUDA) {
        return Err("there is no CUDA for this system".into());
    }
    Ok(read_list(list, set))
}

/// The line after which a list has what only the CUDA set needs.
const CUDA: &str = "# ---- CUDA";

fn read_list(list: &'static str, set: Set) -> Vec<Wheel> {
    read_lines(list.lines().take_while(|line| set == Set::Cuda || *line != CUDA))
}

/// Reads lines in the form of sha256sum; those that begin with `#` are comments.
pub fn read_lines(lines: impl Iterator<Item = &'static str>) -> Vec<Wheel> {
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once("  "))
        .map(|(hash, file)| Wheel { file, hash })
        .collect()
}

/// The Python that has pip.
pub fn python_with_pip() -> Result<&'static str> {
    let has_pip = |python: &&&str| {
        process::output(Command::new(**python).args(["-m", "pip", "--version"])).is_ok()
    };
    let found = super::python::NAMES.iter().find(has_pip).copied();
    found.ok_or_else(|| {
        String::from(
            "no python3 with pip is there (apt-get install python3-pip, or brew install python)",
        )
        .into()
    })
}

fn download(python: &str, wheel: &Wheel, folder: &Path) -> Result<()> {
    // What pip leaves behind when it is killed lies where the next run takes it away.
    let scratch = folder.join("tmp");
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch)?;
    let requirement = scratch.join("requirement.txt");
    fs::write(&requirement, wheel.requirement()?)?;
    eprintln!("  {}", wheel.file);
    let mut command = Command::new(python);
    command.args(["-m", "pip", "download", "--disable-pip-version-check", "--no-deps"]);
    command.args(["--require-hashes", "--only-binary=:all:"]).args(wheel.platform()?);
    command.arg("--dest").arg(folder).arg("--requirement").arg(&requirement);
    // Half a gigabyte may be more than a temporary folder in memory holds.
    command.env("TMPDIR", &scratch).stdout(io::stderr());
    let status = command.status().map_err(|error| format!("cannot start {python}: {error}"))?;
    if !status.success() {
        return Err(format!("pip does not get {} ({status}; see above)", wheel.file).into());
    }
    let _ = fs::remove_dir_all(&scratch);
    Ok(())
}

impl Wheel {
    /// The parts of the file's name: package, version, Python, binary interface, platforms.
    fn parts(&self) -> Result<[&'static str; 5]> {
        let stem = self.file.strip_suffix(".whl").unwrap_or(self.file);
        let parts: Vec<&str> = stem.split('-').collect();
        parts.try_into().map_err(|_| format!("{} is no wheel's name", self.file).into())
    }

    /// The line of a requirements file, with which pip takes this file and no other.
    fn requirement(&self) -> Result<String> {
        let [package, version, ..] = self.parts()?;
        Ok(format!("{package}=={version} --hash=sha256:{}\n", self.hash))
    }

    /// Asks for the same wheel whatever Python pip runs in.
    fn platform(&self) -> Result<Vec<String>> {
        let [_, _, python, abi, platforms] = self.parts()?;
        let mut options = vec![format!("--abi={abi}")];
        match python.strip_prefix("cp3") {
            Some(minor) => {
                options.push(format!("--python-version=3.{minor}"));
                options.push(String::from("--implementation=cp"));
            }
            None => options.push(String::from("--implementation=py")),
        }
        options.extend(platforms.split('.').map(|platform| format!("--platform={platform}")));
        Ok(options)
    }
}

/// The packages that the set is taken from, as `(name, version)`.
pub fn packages(set: Set) -> Result<Vec<(&'static str, &'static str)>> {
    let split = |wheel: &Wheel| wheel.parts().map(|[package, version, ..]| (package, version));
    let packages: Vec<_> = wheels(set)?.iter().map(split).collect::<Result<_>>()?;
    debug_assert!(packages.contains(&("torch", VERSION)));
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: [&str; 3] = [
        include_str!("wheels/linux-x86_64.txt"),
        include_str!("wheels/linux-aarch64.txt"),
        include_str!("wheels/macos-aarch64.txt"),
    ];

    #[test]
    fn lists_name_wheels_of_the_version() {
        for list in LISTS {
            let all = read_list(list, Set::Cuda);
            let cpu = read_list(list, Set::Cpu);
            assert!(cpu[0].requirement().unwrap().starts_with("torch==2.13.0 --hash=sha256:"));
            assert_eq!(all.len() > cpu.len(), list.contains(CUDA));
            for wheel in all {
                assert!(wheel.platform().unwrap().len() >= 3, "{}", wheel.file);
                assert!(wheel.hash.len() == 64);
            }
        }
        let wheel = &read_list(LISTS[0], Set::Cpu)[2];
        assert_eq!(
            wheel.platform().unwrap().join(" "),
            "--abi=none --implementation=py --platform=manylinux2014_x86_64 \
             --platform=manylinux_2_17_x86_64"
        );
    }
}
