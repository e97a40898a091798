//! Lets this crate's own tests and benchmarks find LibTorch when they run.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // torch-sys says where the LibTorch lies that it was built against.
    if let Some(libraries) = std::env::var_os("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", libraries.display());
    }
}
