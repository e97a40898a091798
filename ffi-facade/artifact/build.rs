//! Gives the shared library its name for the dynamic linker, which cargo does not set: programs
//! ask for the major version of the binary interface that they were linked against.

use std::env;

/// The major number of the binary interface; `cargo xtask abi --check` compares it with the header.
const ABI_MAJOR: u32 = 1;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let system = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let argument = match system.as_str() {
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" => {
            format!("-Wl,-soname,libsimple_runtime.so.{ABI_MAJOR}")
        }
        "macos" => format!("-Wl,-install_name,@rpath/libsimple_runtime.{ABI_MAJOR}.dylib"),
        _ => return,
    };
    println!("cargo::rustc-cdylib-link-arg={argument}");
}
