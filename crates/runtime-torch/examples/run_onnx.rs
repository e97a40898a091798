//! Loads an ONNX model, says what it takes and gives, and runs it on zeros.
//!
//!     cargo run -p runtime-torch --features pytorch --example run_onnx -- model.onnx
//!
//! Axes of any length get the length 1. ONNX Runtime must be there: `cargo xtask onnxruntime`.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use runtime_core::{Error, Result};
use runtime_torch::onnx::{Length, Port, PortType, Session, SessionOptions};
use tch::{Device, Tensor};

fn main() -> ExitCode {
    let Some(path) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: run_onnx MODEL");
        return ExitCode::from(2);
    };
    match run(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {}", path.display(), error.reason());
            ExitCode::FAILURE
        }
    }
}

fn run(path: &std::path::Path) -> Result<()> {
    let session = Session::load(path, &SessionOptions::default())?;
    let about = session.interface();
    println!("{} by {} {}", about.graph_name, about.producer.0, about.producer.1);
    let inputs = about.inputs.iter().map(zeros).collect::<Result<Vec<_>>>()?;
    let results = session.run(&inputs, None)?;
    for (port, result) in about.outputs.iter().zip(results) {
        println!("{} = {result:?}", port.name);
    }
    Ok(())
}

/// A tensor of zeros that an input takes.
fn zeros(port: &Port) -> Result<Tensor> {
    let PortType::Tensor(element, Some(shape)) = &port.kind else {
        return Err(Error::invalid(format!("{} is no tensor of a known shape", port.name)));
    };
    let kind = element.kind().ok_or_else(|| {
        Error::invalid(format!("{} is of {element}, which tensors here are not", port.name))
    })?;
    let length = |length: &Length| match length {
        Length::Fixed(length) => *length,
        Length::Named(_) | Length::Any => 1,
    };
    let shape: Vec<i64> = shape.iter().map(length).collect();
    println!("{}: {element} {shape:?}", port.name);
    Tensor::f_zeros(shape, (kind, Device::Cpu)).map_err(|e| Error::invalid(e.to_string()))
}
