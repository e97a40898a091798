//! Which files make a set, and where each goes.

use std::path::{Path, PathBuf};

use super::tree::Tree;
use super::{VERSION, libraries};
use crate::Result;

/// A set of files that programs can be built on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Set {
    /// What programs need that compute on the CPU.
    Cpu,
    /// All of it, with NVIDIA's libraries.
    Cuda,
}

/// What the libraries of a set begin with: those that programs are linked with.
const ROOTS: &[&str] = if cfg!(target_os = "macos") {
    &["libtorch_cpu.dylib", "libc10.dylib", "libtorch.dylib"]
} else {
    &["libtorch_cpu.so", "libc10.so"]
};

impl Set {
    /// The word for it, in names of folders too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        }
    }

    /// The folder with `include` and `lib`, below the folder of the set.
    pub fn home(self, folder: &Path) -> PathBuf {
        match self {
            Self::Cpu => folder.to_path_buf(),
            // The libraries find NVIDIA's in a folder beside that of torch.
            Self::Cuda => folder.join("torch"),
        }
    }

    /// Writes the set's files below `folder`.
    pub fn assemble(self, tree: &mut Tree, folder: &Path) -> Result<()> {
        let home = self.home(folder);
        match self {
            Self::Cpu => {
                copy_headers_and_licences(tree, &home, folder)?;
                libraries::copy_needed(tree, ROOTS, &home.join("lib"))?;
                if cfg!(target_os = "linux") {
                    // torch-sys links `-ltorch`, which in a build for CUDA would ask for all of it.
                    let script = home.join("lib/libtorch.so");
                    tree.write_text(&script, "INPUT(-ltorch_cpu -lc10)\n")?;
                }
            }
            Self::Cuda => {
                if !tree.has_library("libtorch_cuda.so") {
                    return Err("it has no CUDA".into());
                }
                copy_headers_and_licences(tree, &home, folder)?;
                let mut libraries = tree.names();
                libraries.retain(|name| is_in_cuda_set(name));
                tree.expect(&libraries);
                // Their places are those that they have in Python's folder.
                for name in libraries {
                    tree.copy(&name, &folder.join(&name))?;
                }
            }
        }
        // What torch-sys reads, and refuses when it is another version.
        let version = format!("{VERSION}+{}\n", self.name());
        tree.write_text(&home.join("build-version"), &version)
    }
}

fn copy_headers_and_licences(tree: &mut Tree, home: &Path, folder: &Path) -> Result<()> {
    let place = |tree: &Tree, name: &str| {
        let header = tree.in_torch(name).and_then(|name| name.strip_prefix("include/"));
        let header = header.map(|header| home.join("include").join(header));
        header.or_else(|| Some(folder.join("licenses").join(licence(name)?)))
    };
    let mut names = tree.names();
    names.retain(|name| place(tree, name).is_some());
    tree.expect(&names);
    for name in names {
        if let Some(place) = place(tree, &name) {
            tree.copy(&name, &place)?;
        }
    }
    Ok(())
}

/// Whether the file is a library of the CUDA set, of PyTorch or of NVIDIA.
fn is_in_cuda_set(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let is_library = file.contains(".so") && !file.contains("python");
    is_library && (name.starts_with("torch/lib/") || name.starts_with("nvidia/"))
}

/// The place of a licence: `torch-2.13.0/LICENSE` for `torch-2.13.0.dist-info/licenses/LICENSE`.
fn licence(name: &str) -> Option<String> {
    let (distribution, file) = name.split_once(".dist-info/")?;
    let is_licence = file.starts_with("licenses/") || file.to_lowercase().starts_with("licen");
    let file = file.strip_prefix("licenses/").unwrap_or(file);
    is_licence.then(|| format!("{distribution}/{file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_their_places() {
        for library in ["torch/lib/libtorch_cuda.so", "nvidia/cu13/lib/libcupti.so.13"] {
            assert!(is_in_cuda_set(library));
        }
        for other in ["torch/lib/libtorch_python.so", "torch/_C.so", "nvidia/cu13/include/a.h"] {
            assert!(!is_in_cuda_set(other));
        }
        assert_eq!(
            licence("torch-2.13.0.dist-info/licenses/LICENSE").unwrap(),
            "torch-2.13.0/LICENSE"
        );
        assert_eq!(licence("nvidia_x-1.dist-info/License.txt").unwrap(), "nvidia_x-1/License.txt");
        assert_eq!(licence("torch-2.13.0.dist-info/RECORD"), None);
    }
}
