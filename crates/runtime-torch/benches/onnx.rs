//! What running an ONNX model costs: a small convolutional network on pictures of 28 x 28, one at a time and
//! 64 at once, on one thread and on two.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench onnx
//!     python benches/onnx.py
//!
//! Both print microseconds for a run, the best of several rounds.

use std::path::Path;
use std::time::Instant;

use runtime_torch::ffi::onnx::{rt_torch_onnx_free, rt_torch_onnx_load_with, rt_torch_onnx_run};
use runtime_torch::objects::{free_tensor, give_tensor};
use runtime_value::{Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};

const ROUNDS: usize = 30;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/onnx/cnn.onnx");
    let path = path.to_str().expect("a path");
    for threads in [1, 2] {
        let options = Dict::new(1).expect("a dict");
        options.insert("intra_op_num_threads".into(), threads.into()).expect("an entry");
        // SAFETY: a text and its length.
        let session =
            unsafe { rt_torch_onnx_load_with(path.as_ptr(), path.len() as u64, options.value()) };
        assert_ne!(session, RuntimeValue::NIL, "{:?}", runtime_core::error::last_message());
        for (batch, runs) in [(1, 300), (64, 20)] {
            let images = Tensor::rand([batch, 1, 28, 28], (Kind::Float, Device::Cpu));
            let images = give_tensor(images).expect("a handle");
            let mut best = f64::MAX;
            for _ in 0..ROUNDS {
                let begin = Instant::now();
                for _ in 0..runs {
                    let result = rt_torch_onnx_run(session, images);
                    free_tensor("result", result).expect("a result");
                }
                best = best.min(begin.elapsed().as_secs_f64() / f64::from(runs));
            }
            free_tensor("images", images).expect("a tensor");
            println!("{threads} threads, batch {batch:2}: {:8.1} us", best * 1e6);
        }
        assert_eq!(rt_torch_onnx_free(session), 1);
    }
}
