//! Tensors: one file per kind of operation.

pub mod arithmetic;
pub mod compare;
pub mod convert;
pub mod create;
pub mod elementwise;
pub mod fft;
pub mod index;
pub mod inplace;
pub mod linalg;
pub mod read;
pub mod reduce;
pub mod shape;

#[cfg(feature = "pytorch")]
use runtime_core::Result;
#[cfg(feature = "pytorch")]
use runtime_value::RuntimeValue;
#[cfg(feature = "pytorch")]
use tch::{TchError, Tensor};

#[cfg(feature = "pytorch")]
use crate::error::OrTorch;
#[cfg(feature = "pytorch")]
use crate::objects::{self, give_tensor};

/// What tch's operations return.
#[cfg(feature = "pytorch")]
type Torch<T> = std::result::Result<T, TchError>;

/// The result of an operation on the argument `tensor`, as a new handle.
#[cfg(feature = "pytorch")]
#[inline(always)]
pub(super) fn unary(
    tensor: RuntimeValue,
    operation: impl FnOnce(&Tensor) -> Torch<Tensor>,
) -> Result<RuntimeValue> {
    give_tensor(operation(&*objects::tensor("tensor", tensor)?).or_torch()?)
}

/// The result of an operation on the arguments `a` and `b`, as a new handle.
#[cfg(feature = "pytorch")]
#[inline(always)]
fn binary(
    a: RuntimeValue,
    b: RuntimeValue,
    operation: impl FnOnce(&Tensor, &Tensor) -> Torch<Tensor>,
) -> Result<RuntimeValue> {
    let (a, b) = (objects::tensor("a", a)?, objects::tensor("b", b)?);
    give_tensor(operation(&a, &b).or_torch()?)
}

/// Changes the tensor that the argument `name` stands for; 1 when that went well.
#[cfg(feature = "pytorch")]
fn inplace<R>(
    name: &str,
    value: RuntimeValue,
    operation: impl FnOnce(&mut Tensor) -> Torch<R>,
) -> Result<i64> {
    operation(&mut objects::tensor(name, value)?.shallow_clone()).or_torch()?;
    Ok(1)
}

/// 1 for yes, 0 for no.
#[cfg(feature = "pytorch")]
pub(super) fn flag(answer: Torch<bool>) -> Result<i64> {
    answer.map(i64::from).or_torch()
}

/// 1 for what is done.
#[cfg(feature = "pytorch")]
pub(super) fn done(result: Result<()>) -> Result<i64> {
    result.map(|()| 1)
}
