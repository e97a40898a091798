//! Compiles the C++ against the LibTorch that torch-sys found. Without the feature there is none.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "pytorch")]
    pytorch::build();
}

#[cfg(feature = "pytorch")]
mod pytorch {
    use std::path::{Path, PathBuf};
    use std::{env, fs, io};

    /// One file for each topic. A file that includes LibTorch takes 20 seconds: few, and not small.
    const SOURCES: &[&str] = &[
        "autograd.cpp",
        "ddp.cpp",
        "dist.cpp",
        "engine.cpp",
        "gloo.cpp",
        "graph.cpp",
        "jit.cpp",
        "memory.cpp",
        "optim.cpp",
        "script.cpp",
        "tensor.cpp",
        "value.cpp",
    ];

    /// The headers of gloo's that LibTorch's own include and do not bring: `cpp/gloo_abi.h` stands for them.
    const GLOO_HEADERS: &[&str] =
        &["algorithm.h", "common/error.h", "context.h", "rendezvous/store.h", "transport/device.h"];

    pub(super) fn build() {
        // torch-sys says where the libraries lie that it was built against; the headers lie beside.
        let libraries = env::var_os("DEP_TCH_LIBTORCH_LIB").map(PathBuf::from);
        let libraries = libraries.expect("torch-sys says where it found LibTorch");
        let root = match env::var_os("LIBTORCH_INCLUDE") {
            Some(root) => PathBuf::from(root),
            None => libraries.parent().expect("lib lies in LibTorch's folder").to_path_buf(),
        };
        println!("cargo::rerun-if-env-changed=LIBTORCH_INCLUDE");

        let mut build = cc::Build::new();
        build.cpp(true).std("c++17").define("_GLIBCXX_USE_CXX11_ABI", "1");
        build.define("GLOG_USE_GLOG_EXPORT", None);
        build.warnings(true).extra_warnings(true);
        build.include(gloo_headers().expect("the output folder takes files"));
        nccl(&mut build, &libraries, &root);
        // LibTorch's headers are not ours to warn about.
        for folder in ["include", "include/torch/csrc/api/include"] {
            build.flag("-isystem").flag(root.join(folder));
        }
        for header in ["dist.h", "engine.h", "gloo_abi.h", "shim.h", "script.h"] {
            println!("cargo::rerun-if-changed=cpp/{header}");
        }
        for source in SOURCES {
            println!("cargo::rerun-if-changed=cpp/{source}");
            build.file(format!("cpp/{source}"));
        }
        build.compile("simple_torch_shim");

        // This crate's own tests find LibTorch when they run.
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", libraries.display());
    }

    /// A folder with the names of gloo's headers, each leading to ours.
    fn gloo_headers() -> io::Result<PathBuf> {
        let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the output folder"));
        let ours = env::current_dir()?.join("cpp/gloo_abi.h");
        for name in GLOO_HEADERS {
            let header = folder.join("gloo").join(name);
            fs::create_dir_all(header.parent().unwrap_or(&folder))?;
            fs::write(header, format!("#include \"{}\"\n", ours.display()))?;
        }
        Ok(folder)
    }

    /// NCCL's process group needs a LibTorch with CUDA, and the headers of both, which `cargo xtask
    /// libtorch --cuda` does not get: a toolkit has them, or NVIDIA's wheels beside those of PyTorch.
    fn nccl(build: &mut cc::Build, libraries: &Path, root: &Path) {
        println!("cargo::rerun-if-env-changed=CUDA_HOME");
        println!("cargo::rerun-if-env-changed=NCCL_HOME");
        let without = |build: &mut cc::Build, why: &str| {
            build.define("SIMPLE_RUNTIME_NO_NCCL", format!("\"{why}\"").as_str());
        };
        if !libraries.join("libtorch_cuda.so").exists() {
            without(build, "the LibTorch of this library has no CUDA, and NCCL is for GPUs");
            return;
        }
        let mut folders = Vec::new();
        for home in ["NCCL_HOME", "CUDA_HOME"].into_iter().filter_map(env::var_os) {
            folders.push(PathBuf::from(home).join("include"));
        }
        let wheels = root.parent().map(|beside| beside.join("nvidia")).unwrap_or_default();
        folders.push(wheels.join("nccl/include"));
        folders.push(wheels.join("cu13/include"));
        folders.extend(["/usr/local/cuda/include", "/usr/include"].map(PathBuf::from));
        let find = |name: &str| folders.iter().find(|folder| folder.join(name).exists());
        match (find("nccl.h"), find("cuda_runtime_api.h")) {
            (Some(nccl), Some(cuda)) => {
                build.define("SIMPLE_RUNTIME_NCCL", None);
                for folder in [nccl, cuda] {
                    build.flag("-isystem").flag(folder);
                }
            }
            _ => without(build, "nccl.h or cuda_runtime_api.h was not found when it was built"),
        }
    }
}
