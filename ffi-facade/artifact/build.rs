//! Gives the shared library what cargo does not: its name for the dynamic linker (programs ask for
//! the major version of the binary interface that they were linked against), and with PyTorch the
//! folders where LibTorch is looked for.

use std::env;
use std::path::Path;

/// The major number of the binary interface; `cargo xtask abi --check` compares it with the header.
const ABI_MAJOR: u32 = 1;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let system = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let (name, beside) = match system.as_str() {
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" => {
            (format!("-Wl,-soname,libsimple_runtime.so.{ABI_MAJOR}"), "$ORIGIN")
        }
        "macos" => (
            format!("-Wl,-install_name,@rpath/libsimple_runtime.{ABI_MAJOR}.dylib"),
            "@loader_path",
        ),
        _ => return,
    };
    println!("cargo::rustc-cdylib-link-arg={name}");
    // torch-sys says where the LibTorch lies that it was built against. One that is put beside the
    // library comes first, so that both can be moved to another machine together.
    if let Ok(libtorch) = env::var("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-rpath,{beside}");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-rpath,{libtorch}");
        if Path::new(&libtorch).join("libtorch_cuda.so").exists() {
            // No symbol of it is referred to, and linkers leave out what nobody refers to. Without it
            // LibTorch finds no GPU.
            let cuda = "-Wl,--push-state,--no-as-needed,-ltorch_cuda,--pop-state";
            println!("cargo::rustc-cdylib-link-arg=-L{libtorch}");
            println!("cargo::rustc-cdylib-link-arg={cuda}");
        }
    }
}
