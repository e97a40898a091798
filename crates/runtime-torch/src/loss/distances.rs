//! Losses of distances: of numbers from numbers, and of vectors from each other.

use runtime_core::{Error, Result};
use tch::{Reduction, Tensor};

use super::arguments::arguments;
use super::{Loss, TripleLoss};
use crate::error::OrTorch;

arguments! {
    /// Mean squared error.
    Mse("MSELoss") {
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Mean absolute error.
    L1("L1Loss") {
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Squared below a threshold, absolute above; the square is divided by the threshold.
    SmoothL1("SmoothL1Loss") {
        /// The threshold.
        beta: f64 = 1.0,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Squared below a threshold, absolute above.
    Huber("HuberLoss") {
        /// The threshold.
        delta: f64 = 1.0,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// Distances where the target is 1; what they lack to a margin where it is -1.
    HingeEmbedding("HingeEmbeddingLoss") {
        /// The margin.
        margin: f64 = 1.0,
        /// How the elements' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// The angles between vectors where the target is 1; their similarity where it is -1.
    CosineEmbedding("CosineEmbeddingLoss") {
        /// The similarity that a target of -1 allows.
        margin: f64 = 0.0,
        /// How the pairs' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// What the first number lacks to the second and a margin where the target is 1; the other way
    /// round where it is -1.
    MarginRanking("MarginRankingLoss") {
        /// The margin.
        margin: f64 = 0.0,
        /// How the pairs' losses become one.
        reduction: Reduction = Reduction::Mean,
    }

    /// What an anchor lacks to be nearer to a positive than to a negative example by a margin.
    TripletMargin("TripletMarginLoss") {
        /// The margin, above 0.
        margin: f64 = 1.0,
        /// The degree of the norm.
        p: f64 = 2.0,
        /// Keeps a distance of 0 away.
        eps: f64 = 1e-6,
        /// Whether the positive example may be the anchor where that is harder.
        swap: bool = false,
        /// How the triplets' losses become one.
        reduction: Reduction = Reduction::Mean,
    }
}

impl Loss for Mse {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        prediction.f_mse_loss(target, self.reduction).or_torch()
    }
}

impl Loss for L1 {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        prediction.f_l1_loss(target, self.reduction).or_torch()
    }
}

impl Loss for SmoothL1 {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        prediction.f_smooth_l1_loss(target, self.reduction, self.beta).or_torch()
    }
}

impl Loss for Huber {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        prediction.f_huber_loss(target, self.reduction, self.delta).or_torch()
    }
}

impl Loss for HingeEmbedding {
    fn of(&self, prediction: &Tensor, target: &Tensor) -> Result<Tensor> {
        prediction.f_hinge_embedding_loss(target, self.margin, self.reduction).or_torch()
    }
}

impl TripleLoss for CosineEmbedding {
    fn of(&self, left: &Tensor, right: &Tensor, target: &Tensor) -> Result<Tensor> {
        Tensor::f_cosine_embedding_loss(left, right, target, self.margin, self.reduction).or_torch()
    }
}

impl TripleLoss for MarginRanking {
    fn of(&self, left: &Tensor, right: &Tensor, target: &Tensor) -> Result<Tensor> {
        Tensor::f_margin_ranking_loss(left, right, target, self.margin, self.reduction).or_torch()
    }
}

impl TripleLoss for TripletMargin {
    fn of(&self, anchor: &Tensor, positive: &Tensor, negative: &Tensor) -> Result<Tensor> {
        let Self { margin, p, eps, swap, reduction } = *self;
        if margin <= 0.0 {
            return Err(Error::invalid(format!("margin must be greater than 0, got {margin:?}")));
        }
        Tensor::f_triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction)
            .or_torch()
    }
}
