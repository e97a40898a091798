//! How far apart, or how alike, the vectors of two tensors are.

use runtime_core::Result;
use tch::Tensor;

use super::module::{Layer, Module, Output, State, wrong_inputs};
use crate::error::OrTorch;
use crate::options::Options;

/// `CosineSimilarity` and `PairwiseDistance`.
pub enum Distance {
    /// The cosine of the angle between vectors along `dim`.
    Cosine {
        /// The dimension of the vectors.
        dim: i64,
        /// The least length that is divided by.
        eps: f64,
    },
    /// The `p` norm of differences along the last dimension.
    Pairwise {
        /// Which norm.
        p: f64,
        /// What is added to the differences.
        eps: f64,
        /// Whether the dimension stays, with one element.
        keepdim: bool,
    },
}

impl Distance {
    pub(crate) fn cosine(options: Options) -> Result<Module> {
        let layer = Self::Cosine { dim: options.int("dim", 1)?, eps: options.float("eps", 1e-8)? };
        options.finish()?;
        Module::of(layer, State::new())
    }

    pub(crate) fn pairwise(options: Options) -> Result<Module> {
        let layer = Self::Pairwise {
            p: options.float("p", 2.0)?,
            eps: options.float("eps", 1e-6)?,
            keepdim: options.bool("keepdim", false)?,
        };
        options.finish()?;
        Module::of(layer, State::new())
    }
}

impl Layer for Distance {
    fn class(&self) -> &'static str {
        match self {
            Self::Cosine { .. } => "CosineSimilarity",
            Self::Pairwise { .. } => "PairwiseDistance",
        }
    }

    fn forward_all(&self, _module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(first), Some(second)] = inputs else {
            return Err(wrong_inputs(self.class(), "2", inputs.len()));
        };
        match *self {
            Self::Cosine { dim, eps } => Tensor::f_cosine_similarity(first, second, dim, eps),
            Self::Pairwise { p, eps, keepdim } => {
                Tensor::f_pairwise_distance(first, second, p, eps, keepdim)
            }
        }
        .or_torch()
        .map(Output::One)
    }
}
