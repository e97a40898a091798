//! Compiles the C++ against the LibTorch that torch-sys found. Without the feature there is none.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "pytorch")]
    pytorch::build();
}

#[cfg(feature = "pytorch")]
mod pytorch {
    use std::env;
    use std::path::PathBuf;

    /// One file for each topic. A file that includes LibTorch takes 20 seconds: few, and not small.
    const SOURCES: &[&str] = &[
        "autograd.cpp",
        "graph.cpp",
        "jit.cpp",
        "memory.cpp",
        "optim.cpp",
        "script.cpp",
        "tensor.cpp",
        "value.cpp",
    ];

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
        // LibTorch's headers are not ours to warn about.
        for folder in ["include", "include/torch/csrc/api/include"] {
            build.flag("-isystem").flag(root.join(folder));
        }
        for header in ["shim.h", "script.h"] {
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
}
