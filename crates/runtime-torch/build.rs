//! Compiles what LibTorch has in C++ and tch does not wrap, and lets this crate's own tests and
//! benchmarks find LibTorch when they run.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "pytorch")]
    pytorch::build();
}

#[cfg(feature = "pytorch")]
mod pytorch {
    use std::env;
    use std::path::{Path, PathBuf};

    pub(super) fn build() {
        println!("cargo::rerun-if-changed=cpp");
        // torch-sys says where the LibTorch lies that it was built against.
        let libraries = env::var_os("DEP_TCH_LIBTORCH_LIB").map(PathBuf::from);
        let libraries = libraries.expect("torch-sys names its LibTorch");
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", libraries.display());
        cc::Build::new()
            .cpp(true)
            .std("c++17")
            .warnings(false)
            .include(includes(&libraries))
            .define("_GLIBCXX_USE_CXX11_ABI", cxx11_abi().as_str())
            .file("cpp/activations.cpp")
            .file("cpp/shim.cpp")
            .file("cpp/storage.cpp")
            .compile("runtime_torch_shim");
    }

    /// The headers lie beside the libraries, or where torch-sys was told.
    fn includes(libraries: &Path) -> PathBuf {
        println!("cargo::rerun-if-env-changed=LIBTORCH_INCLUDE");
        let beside = || libraries.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        env::var_os("LIBTORCH_INCLUDE").map_or_else(beside, PathBuf::from).join("include")
    }

    /// The ABI of the standard library that LibTorch was built with, as torch-sys takes it.
    fn cxx11_abi() -> String {
        println!("cargo::rerun-if-env-changed=LIBTORCH_CXX11_ABI");
        env::var("LIBTORCH_CXX11_ABI").unwrap_or_else(|_| String::from("1"))
    }
}
