//! Exports ONNX models of all layers and of whole networks into a folder, each with inputs and results for
//! two batches, for `oracle/check_onnx_export.py` to check and to run.
//!
//!     cargo run -p runtime-torch --features pytorch --example export_onnx -- FOLDER

use std::path::PathBuf;
use std::{env, fs};

use runtime_core::{Error, Result};
use runtime_torch::error::OrTorch;
use runtime_torch::onnx::export::{export, write};
use tch::{Kind, Tensor};

#[path = "../tests/common/onnx_cases.rs"]
mod cases;

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::invalid("usage: export_onnx FOLDER"))?;
    fs::create_dir_all(&folder).map_err(|error| Error::system("folder", &error))?;
    let mut failed = 0;
    for case in cases::all() {
        let dummy = case.tensors(cases::BATCHES[0]);
        match export(&case.source(), &dummy, &case.settings) {
            Ok(model) => write(&model, &folder.join(format!("{}.onnx", case.name)))?,
            Err(error) => {
                println!("{}: {error}", case.name);
                failed += 1;
                continue;
            }
        }
        let mut named: Vec<(String, Tensor)> = Vec::new();
        for batch in cases::BATCHES {
            if batch != cases::BATCHES[0] && !case.is_dynamic() {
                continue;
            }
            let inputs = case.tensors(batch);
            let kept: Vec<Tensor> = inputs.iter().map(Tensor::copy).collect();
            let outputs = case.outputs(&inputs);
            for (kind, tensors) in [("in", kept), ("out", outputs)] {
                for (position, tensor) in tensors.into_iter().enumerate() {
                    // The format has no bools.
                    let tensor = match tensor.kind() {
                        Kind::Bool => tensor.f_to_kind(Kind::Uint8).or_torch()?,
                        _ => tensor,
                    };
                    named.push((format!("{batch}_{kind}_{position:02}"), tensor));
                }
            }
        }
        let path = folder.join(format!("{}.npz", case.name));
        Tensor::write_npz(&named, path).or_torch()?;
    }
    if failed > 0 {
        return Err(Error::invalid(format!("{failed} cases were not exported")));
    }
    Ok(())
}
