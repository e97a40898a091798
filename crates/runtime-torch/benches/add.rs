//! What an operation on a tensor of 4 floats costs: through the C function, by tch directly.
//!
//!     cargo bench -p runtime-torch --features ffi,pytorch --bench add
//!     OMP_NUM_THREADS=1 python benches/add.py
//!
//! Both print nanoseconds for `a + b` with its result thrown away, the best of many short rounds; the
//! rounds of the two ways alternate.

use std::hint::black_box;
use std::time::Instant;

use runtime_torch::ffi::tensor::arithmetic::rt_torch_add;
use runtime_torch::ffi::tensor::read::rt_torch_free;
use runtime_torch::objects::give_tensor;
use tch::Tensor;

const ROUNDS: usize = 2000;
const CALLS: u32 = 500;

fn main() {
    tch::set_num_threads(1);
    let (a, b) = (Tensor::from_slice(&[1.0_f32, 2.0, 3.0, 4.0]), Tensor::from_slice(&[4.0_f32; 4]));
    let give = |tensor: &Tensor| give_tensor(tensor.shallow_clone()).expect("a handle");
    let (first, second) = (give(&a), give(&b));
    let (mut direct, mut through) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        direct = direct.min(nanoseconds(|| drop(black_box(a.f_add(&b)))));
        through = through.min(nanoseconds(|| {
            rt_torch_free(black_box(rt_torch_add(first, second)));
        }));
    }
    println!("tch f_add    {direct:7.1} ns");
    println!("rt_torch_add {through:7.1} ns, {:.3} of tch", through / direct);
}

/// How long one call takes, of many.
fn nanoseconds(mut call: impl FnMut()) -> f64 {
    let begin = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    begin.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}
