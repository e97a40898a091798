//! Where ONNX Runtime is looked for, and what is said when it is not there. One test, because the environment
//! belongs to the whole process.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::env;
use std::path::Path;

use runtime_core::error::{last_code, last_message};
use runtime_torch::codes::RT_ERROR_TORCH_ONNX_LIBRARY;
use runtime_torch::ffi::onnx::*;
use runtime_torch::onnx::{check, library};
use runtime_value::RuntimeValue;

fn set(name: &str, value: Option<&str>) {
    // SAFETY: this program has one test and starts no thread before it is done with the environment.
    unsafe {
        match value {
            Some(value) => env::set_var(name, value),
            None => env::remove_var(name),
        }
    }
}

#[test]
fn the_library_is_found_or_missed_with_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/onnx");
    let path = folder.join("mlp.onnx").to_str().unwrap().to_string();
    // SAFETY: a text and its length.
    let load = || unsafe { rt_torch_onnx_load(path.as_ptr(), path.len() as u64) };
    let given = env::var(library::VARIABLE).ok();
    let cache = env::var("XDG_CACHE_HOME").ok();

    let no_library = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let wrong = [
        ("/nowhere/libonnxruntime.so", "/nowhere/libonnxruntime.so"),
        (no_library.to_str().unwrap(), "Cargo.toml"),
        ("libc.so.6", "it is no ONNX Runtime: it has no OrtGetApiBase"),
    ];
    for (place, words) in wrong {
        set(library::VARIABLE, Some(place));
        assert_eq!(library::places(), [Path::new(place)]);
        assert_eq!(load(), RuntimeValue::NIL);
        assert_eq!(last_code(), RT_ERROR_TORCH_ONNX_LIBRARY);
        let reason = last_message().unwrap();
        assert!(reason.contains(words), "{reason}");
        assert!(reason.contains("`cargo xtask onnxruntime` gets one"), "{reason}");
    }
    // What the file itself says is checked all the same; types are not.
    let model = |name: &str| check(&folder.join(format!("{name}.onnx")));
    model("mlp").unwrap();
    assert!(model("broken/unsorted").is_err() && model("broken/unknown_operator").is_err());
    model("broken/types_that_do_not_fit").unwrap();

    set(library::VARIABLE, None);
    set("XDG_CACHE_HOME", Some("/nowhere"));
    let cached = format!("/nowhere/simple-runtime/onnxruntime-{}/lib", library::VERSION);
    let places = library::places();
    assert!(places[0].starts_with(&cached) && places.len() == 3, "{places:?}");

    set("XDG_CACHE_HOME", cache.as_deref());
    set(library::VARIABLE, given.as_deref());
    assert_ne!(load(), RuntimeValue::NIL, "{:?}", last_message());
    assert!(library::runtime().unwrap().version().starts_with("1."));
    assert!(model("broken/types_that_do_not_fit").is_err());
}
