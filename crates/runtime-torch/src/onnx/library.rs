//! Finding ONNX Runtime's shared library and opening it, once in a process.
//!
//! The runtime is not linked with it: a program that runs no model does not need it, and one that does
//! takes it from [`places`], in this order.

use std::env;
use std::error::Error as _;
use std::ffi::CStr;
use std::path::PathBuf;

use libloading::Library;
use ort::environment::Environment;
use ort::sys;
use parking_lot::Mutex;
use runtime_core::{Error, Result};
use std::sync::OnceLock;

use crate::codes::RT_ERROR_TORCH_ONNX_LIBRARY;

/// The version that `cargo xtask onnxruntime` puts into the cache.
pub const VERSION: &str = "1.32.0";

/// The variable that names the library. Where it is set nothing else is tried.
pub const VARIABLE: &str = "ORT_DYLIB_PATH";

/// An opened ONNX Runtime.
pub struct Runtime {
    environment: Environment,
    version: String,
}

impl Runtime {
    /// The environment that sessions are made in.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The version that the library says it has.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// The opened library. It is looked for until it was found once; it stays open for the life of the process.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_LIBRARY` with where it was looked for, and the command that gets it.
pub fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    static OPENING: Mutex<()> = Mutex::new(());
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let _opening = OPENING.lock();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let opened = open_any()?;
    Ok(RUNTIME.get_or_init(|| opened))
}

/// Where the library is looked for: what the variable names; else the cache, then what the system's
/// loader knows by name.
pub fn places() -> Vec<PathBuf> {
    if let Some(given) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return vec![PathBuf::from(given)];
    }
    let mut places: Vec<PathBuf> = cached().into_iter().collect();
    let names = if cfg!(target_os = "macos") {
        ["libonnxruntime.dylib", "libonnxruntime.1.dylib"]
    } else {
        ["libonnxruntime.so", "libonnxruntime.so.1"]
    };
    places.extend(names.map(PathBuf::from));
    places
}

/// The library in the cache of the user, as the XDG base directories have it.
fn cached() -> Option<PathBuf> {
    let variable =
        |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = variable("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    let caches = caches.or_else(|| Some(variable("HOME")?.join(".cache")))?;
    let extension = if cfg!(target_os = "macos") { "dylib" } else { "so" };
    let folder = caches.join(format!("simple-runtime/onnxruntime-{VERSION}"));
    Some(folder.join(format!("lib/libonnxruntime.{extension}")))
}

fn open_any() -> Result<Runtime> {
    let mut reasons = Vec::new();
    for place in places() {
        match open(&place) {
            Ok(runtime) => return Ok(runtime),
            Err(reason) => {
                // The loader's own reasons begin with the path already.
                let place = format!("{}: ", place.display());
                reasons.push(match reason.starts_with(&place) {
                    true => reason,
                    false => place + &reason,
                });
            }
        }
    }
    let text = format!(
        "there is no ONNX Runtime to be opened ({}); `cargo xtask onnxruntime` gets one, or {VARIABLE} \
         names the library of one",
        reasons.join("; ")
    );
    Err(Error::new(RT_ERROR_TORCH_ONNX_LIBRARY, text))
}

/// Opens one library, and says why it will not do.
fn open(place: &std::path::Path) -> std::result::Result<Runtime, String> {
    // SAFETY: its initializers run in this process, which is what whoever names a library wants.
    let library = unsafe { Library::new(place) }
        .map_err(|error| error.source().map_or_else(|| error.to_string(), ToString::to_string))?;
    type GetBase = unsafe extern "C" fn() -> *const sys::OrtApiBase;
    // SAFETY: the function of this name has this type in every ONNX Runtime.
    let base = match unsafe { library.get::<GetBase>(b"OrtGetApiBase\0") } {
        // SAFETY: it takes nothing, and gives a table that lives as long as the library.
        Ok(base) => unsafe { base().as_ref() },
        Err(_) => return Err(String::from("it is no ONNX Runtime: it has no OrtGetApiBase")),
    };
    let base = base.ok_or("it is no ONNX Runtime: it has no functions")?;
    // SAFETY: the table's function gives a zero-terminated text that lives as long as the library.
    let version = unsafe { CStr::from_ptr((base.GetVersionString)()) };
    let version = version.to_string_lossy().into_owned();
    // SAFETY: any number may be asked for; the answer is null or a table with that number's functions.
    let api = unsafe { (base.GetApi)(sys::ORT_API_VERSION).as_ref() };
    let api = api.ok_or_else(|| {
        format!("it is ONNX Runtime {version}, and 1.{} or newer is needed", sys::ORT_API_VERSION)
    })?;
    // SAFETY: a table of functions, which is copied as it is; they live as long as the library.
    ort::set_api(unsafe { std::ptr::read(api) });
    // Its threads and its global objects do not bear being unloaded.
    std::mem::forget(library);
    let environment = ort::init().with_name("simple-runtime").with_telemetry(false).build();
    let environment = environment.map_err(|error| error.to_string())?;
    Ok(Runtime { environment, version })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn what_is_no_library_is_refused_with_the_reason() {
        let reason = open(Path::new("/nowhere/libonnxruntime.so")).err().unwrap();
        assert!(reason.contains("/nowhere/libonnxruntime.so"), "{reason}");
        let reason = open(Path::new("Cargo.toml")).err().unwrap();
        assert!(!reason.is_empty());
        // A library, and another one.
        let reason = open(Path::new("libm.so.6")).err().unwrap();
        assert_eq!(reason, "it is no ONNX Runtime: it has no OrtGetApiBase");
    }
}
