//! What loading costs: 10,000 images of 28 x 28 out of IDX files, and an epoch of shuffled batches of
//! 64 of them.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench loading
//!     python benches/loading.py
//!
//! Both print milliseconds, the best of several rounds.

use std::fs;
use std::time::Instant;

use runtime_torch::ffi::dataloader::{
    rt_torch_dataloader_free, rt_torch_dataloader_new, rt_torch_dataloader_next,
};
use runtime_torch::ffi::dataset::{rt_torch_dataset_free, rt_torch_mnist_load};
use runtime_torch::objects::free_tensor;
use runtime_value::{RuntimeValue, Tuple, View};

const COUNT: usize = 10_000;
const ROUNDS: usize = 20;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, sizes: &[u32], bytes: Vec<u8>| {
        let mut file = vec![0, 0, 8, sizes.len() as u8];
        sizes.iter().for_each(|size| file.extend(size.to_be_bytes()));
        file.extend(bytes);
        fs::write(folder.path().join(name), file).expect("a file");
    };
    let pixels = (0..COUNT * 28 * 28).map(|n| (n.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
    write("train-images-idx3-ubyte", &[COUNT as u32, 28, 28], pixels);
    let labels = (0..COUNT).map(|n| (n % 10) as u8).collect();
    write("train-labels-idx1-ubyte", &[COUNT as u32], labels);

    let path = folder.path().to_str().expect("a path").to_string();
    let (mut read, mut epoch) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        // SAFETY: a text and its length.
        let dataset = unsafe { rt_torch_mnist_load(path.as_ptr(), path.len() as u64, 1) };
        read = read.min(begin.elapsed().as_secs_f64());
        let begin = Instant::now();
        let loader = rt_torch_dataloader_new(dataset, 64, 1, 0);
        let mut batches = 0;
        loop {
            let batch = rt_torch_dataloader_next(loader);
            if batch == RuntimeValue::NIL {
                break;
            }
            for tensor in Tuple::find(batch).expect("a tuple").iter() {
                free_tensor("tensor", tensor).expect("a tensor");
            }
            // SAFETY: nobody else has the tuple.
            unsafe { batch.free() }.expect("a tuple");
            batches += 1;
        }
        epoch = epoch.min(begin.elapsed().as_secs_f64());
        assert_eq!(batches, COUNT.div_ceil(64));
        assert_eq!(rt_torch_dataloader_free(loader) + rt_torch_dataset_free(dataset), 2);
    }
    println!("reading the files {:7.2} ms, an epoch {:7.2} ms", read * 1e3, epoch * 1e3);
}
