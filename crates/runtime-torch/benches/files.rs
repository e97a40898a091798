//! What loading and saving a state dict of 400 MB costs: 100 tensors of a million floats.
//!
//!     PYTHON=python cargo bench -p runtime-torch --features ffi,pytorch --bench files
//!
//! Prints milliseconds, the best of several rounds, and then what `benches/files.py` prints for the same
//! files, when PYTHON names a Python that has PyTorch and safetensors.

use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use runtime_torch::ffi::model_file::{rt_torch_load, rt_torch_safetensors_load, rt_torch_save};
use runtime_torch::model_file::{self, safetensors};
use runtime_torch::values::{discard, encode};
use runtime_value::RuntimeValue;
use tch::{Device, Kind, Tensor};

const TENSORS: usize = 100;
const ELEMENTS: i64 = 1_000_000;
const ROUNDS: usize = 7;

type Load = unsafe extern "C" fn(*const u8, u64) -> RuntimeValue;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let (archive, plain) = (folder.path().join("a.pt"), folder.path().join("a.safetensors"));
    let tensors: Vec<(String, Tensor)> = (0..TENSORS)
        .map(|index| {
            let tensor = Tensor::f_randn([ELEMENTS], (Kind::Float, Device::Cpu));
            (format!("layers.{index}.weight"), tensor.expect("a tensor"))
        })
        .collect();
    model_file::save_state_dict(&archive, &tensors).expect("a file");
    safetensors::save(&plain, &tensors, safetensors::Texts::new()).expect("a file");
    drop(tensors);

    let rounds = |what: &str, round: &dyn Fn() -> f64| {
        let best = (0..ROUNDS).map(|_| round()).fold(f64::MAX, f64::min);
        println!("{what:24} {:8.1} ms", best * 1e3);
    };
    rounds("ours, torch.load", &|| timed_load(rt_torch_load, &archive));
    rounds("ours, safetensors load", &|| timed_load(rt_torch_safetensors_load, &plain));
    let value = encode(model_file::load(&archive).expect("a value")).expect("a value");
    let again = folder.path().join("again.pt");
    let path = again.to_str().expect("a path");
    rounds("ours, torch.save", &|| {
        let begin = Instant::now();
        // SAFETY: a text and its length.
        assert_eq!(unsafe { rt_torch_save(value, path.as_ptr(), path.len() as u64) }, 1);
        begin.elapsed().as_secs_f64()
    });
    // SAFETY: nobody else has the value.
    unsafe { discard(value) };
    fs::remove_file(&again).expect("a file");
    if let Some(python) = env::var_os("PYTHON") {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/files.py");
        let status = Command::new(python).arg(script).args([&archive, &plain, &again]).status();
        assert!(status.expect("Python").success());
    }
}

fn timed_load(load: Load, path: &Path) -> f64 {
    let path = path.to_str().expect("a path");
    let begin = Instant::now();
    // SAFETY: a text and its length.
    let value = unsafe { load(path.as_ptr(), path.len() as u64) };
    let time = begin.elapsed().as_secs_f64();
    assert_ne!(value, RuntimeValue::NIL);
    // SAFETY: nobody else has the value.
    unsafe { discard(value) };
    time
}
