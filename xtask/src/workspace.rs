//! Where things lie: the folders and packages of the workspace, as cargo knows them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Result, process};

/// The facade's package name.
pub const FACADE: &str = "simple-runtime";

/// The workspace as `cargo metadata` describes it.
pub struct Workspace {
    /// The folder of the root Cargo.toml.
    pub root: PathBuf,
    target: PathBuf,
    metadata: Value,
}

/// A package, of the workspace or of a registry.
pub struct Package<'a> {
    fields: &'a Value,
}

impl Workspace {
    /// Asks cargo for the workspace that this program belongs to.
    pub fn find() -> Result<Self> {
        let here = std::env::var("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_string());
        let mut command = Command::new(crate::cargo::program());
        command.args(["metadata", "--format-version=1"]).current_dir(here);
        let metadata: Value = serde_json::from_str(&process::output(&mut command)?)?;
        let folder = |key: &str| -> Result<PathBuf> {
            let path = metadata[key].as_str().ok_or("cargo metadata names no folders")?;
            Ok(PathBuf::from(path))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")?, metadata })
    }

    /// A folder for files of this program, made if it is not there.
    pub fn scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.target.join("xtask").join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// The target folder.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Every package that the workspace's lock file names.
    pub fn packages(&self) -> impl Iterator<Item = Package<'_>> {
        self.metadata["packages"].as_array().into_iter().flatten().map(|fields| Package { fields })
    }

    /// The packages of the workspace itself.
    pub fn members(&self) -> impl Iterator<Item = Package<'_>> {
        self.packages().filter(|package| package.fields["source"].is_null())
    }

    /// The crates with C functions that the facade links, in the order of the header: the facade's
    /// own, the two lower floors, then the areas by name.
    pub fn linked_areas(&self) -> Result<Vec<Package<'_>>> {
        let facade = self.member(FACADE)?;
        let linked = facade.dependencies();
        let mut areas: Vec<_> = self
            .members()
            .filter(|package| package.name() == FACADE || linked.contains(&package.name()))
            .collect();
        areas.sort_by_key(|package| (floor(package.name()), package.name().to_string()));
        Ok(areas)
    }

    /// The crates that have C functions, whether the facade links them or not.
    pub fn areas(&self) -> impl Iterator<Item = Package<'_>> {
        // The facade's own border is apart, and `ffi.rs` elsewhere is about other people's functions.
        let is_area = |package: &Package| package.name().starts_with("runtime-");
        self.members().filter(move |package| is_area(package) && package.border().is_some())
    }

    /// The package of the workspace with this name.
    pub fn member(&self, name: &str) -> Result<Package<'_>> {
        self.members()
            .find(|package| package.name() == name)
            .ok_or_else(|| format!("the workspace has no package {name}").into())
    }

    /// All features of all members but those named, in the form of cargo's `--features`.
    pub fn features_without(&self, excluded: &[&str]) -> String {
        let mut features = Vec::new();
        for package in self.members() {
            for feature in package.features().filter(|name| !excluded.contains(name)) {
                features.push(format!("{}/{feature}", package.name()));
            }
        }
        features.join(",")
    }
}

impl<'a> Package<'a> {
    /// The name, with hyphens.
    pub fn name(&self) -> &'a str {
        self.text("name")
    }

    /// The one-line description.
    pub fn description(&self) -> &'a str {
        self.text("description")
    }

    /// The version.
    pub fn version(&self) -> &'a str {
        self.text("version")
    }

    /// The licence expression.
    pub fn licence(&self) -> &'a str {
        self.text("license")
    }

    /// The folder of the package's Cargo.toml.
    pub fn folder(&self) -> PathBuf {
        let manifest = Path::new(self.text("manifest_path"));
        manifest.parent().unwrap_or(manifest).to_path_buf()
    }

    /// The file where the package's C functions begin, if it has any.
    pub fn border(&self) -> Option<PathBuf> {
        let source = self.folder().join("src");
        ["ffi.rs", "ffi/mod.rs"].iter().map(|name| source.join(name)).find(|path| path.is_file())
    }

    /// The names of the packages that it needs when it is not being tested.
    pub fn dependencies(&self) -> Vec<&'a str> {
        let all = self.fields["dependencies"].as_array().into_iter().flatten();
        all.filter(|dependency| dependency["kind"].is_null())
            .filter_map(|dependency| dependency["name"].as_str())
            .collect()
    }

    fn features(&self) -> impl Iterator<Item = &'a str> {
        self.fields["features"].as_object().into_iter().flatten().map(|(name, _)| name.as_str())
    }

    fn text(&self, key: &str) -> &'a str {
        self.fields[key].as_str().unwrap_or_default()
    }
}

/// Where a crate stands in the header.
fn floor(name: &str) -> u8 {
    match name {
        FACADE => 0,
        "runtime-core" => 1,
        "runtime-value" => 2,
        _ => 3,
    }
}

/// All files below `folder` whose names end with `.extension`, sorted; build output, version
/// control and what starts with a dot are left out.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') || name == "target" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
