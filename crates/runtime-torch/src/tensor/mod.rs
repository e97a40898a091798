//! Tensors: what LibTorch's operations need from the language's values around them.
//!
//! The operations themselves are tch's. Here is what PyTorch does in Python: making tensors out of
//! nested arrays and reading them back, indexing as with brackets, printing, and the guards that
//! refuse numbers which LibTorch would answer with an endless loop or all of the memory.

pub mod create;
pub mod fft;
pub mod index;
pub mod linalg;
pub mod print;
pub mod read;
pub mod reduce;
pub mod shape;

use tch::Tensor;

/// How many elements a tensor has, whatever its sizes.
pub fn numel(tensor: &Tensor) -> u64 {
    let sizes = tensor.size();
    if sizes.contains(&0) {
        return 0;
    }
    sizes.iter().fold(1, |product: u64, size| product.saturating_mul(size.unsigned_abs()))
}
