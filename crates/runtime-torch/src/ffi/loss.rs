//! Losses.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use runtime_core::Result;

#[cfg(feature = "pytorch")]
use crate::loss::{
    self, Arguments, Bce, BceWithLogits, CosineEmbedding, CrossEntropy, Focal, GaussianNll,
    HingeEmbedding, Huber, KlDiv, Loss, MarginRanking, Mse, Nll, PoissonNll, SmoothL1, SoftMargin,
    TripleLoss, TripletMargin,
};
#[cfg(feature = "pytorch")]
use crate::objects::{give_tensor, tensor};
#[cfg(feature = "pytorch")]
use crate::options::Options;

/// The loss of two tensors.
#[cfg(feature = "pytorch")]
fn of(loss: &impl Loss, pred: RuntimeValue, target: RuntimeValue) -> Result<RuntimeValue> {
    give_tensor(loss.of(&*tensor("pred", pred)?, &*tensor("target", target)?)?)
}

/// The loss with options out of a dict.
#[cfg(feature = "pytorch")]
fn read<L: Arguments>(options: RuntimeValue) -> Result<L> {
    let options = Options::of(L::CLASS, "options", options)?;
    let loss = L::read(&options)?;
    options.finish()?;
    Ok(loss)
}

/// Binary cross entropy of probabilities and targets between 0 and 1.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bce_loss(pred: RuntimeValue, target: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_bce_loss", RuntimeValue::NIL, of(&Bce::default(), pred, target))
}

/// As `rt_torch_bce_loss`, with the options of torch.nn.BCELoss by its names: `weight` (tensor),
/// `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bce_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_bce_loss_with", RuntimeValue::NIL, of(&read::<Bce>(options)?, pred, target))
}

/// Binary cross entropy of logits and targets between 0 and 1.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bce_with_logits_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_bce_with_logits_loss",
        RuntimeValue::NIL,
        of(&BceWithLogits::default(), pred, target)
    )
}

/// As `rt_torch_bce_with_logits_loss`, with the options of torch.nn.BCEWithLogitsLoss by its names:
/// `weight` and `pos_weight` (tensors), `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_bce_with_logits_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_bce_with_logits_loss_with",
        RuntimeValue::NIL,
        of(&read::<BceWithLogits>(options)?, pred, target)
    )
}

/// Cross entropy of scores [N, C, ...] and class numbers [N, ...] (int64), or probabilities of
/// classes in the scores' shape.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cross_entropy_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_cross_entropy_loss",
        RuntimeValue::NIL,
        of(&CrossEntropy::default(), pred, target)
    )
}

/// The same as `rt_torch_cross_entropy_loss`.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cross_entropy(pred: RuntimeValue, target: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_cross_entropy", RuntimeValue::NIL, of(&CrossEntropy::default(), pred, target))
}

/// As `rt_torch_cross_entropy`, with the options of torch.nn.CrossEntropyLoss by its names:
/// `weight` (a tensor of C factors), `ignore_index` (-100), `label_smoothing` (0.0), `reduction`
/// ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cross_entropy_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_cross_entropy_with",
        RuntimeValue::NIL,
        of(&read::<CrossEntropy>(options)?, pred, target)
    )
}

/// Negative log likelihood of log-probabilities [N, C, ...] and class numbers [N, ...] (int64).
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nll_loss(pred: RuntimeValue, target: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_nll_loss", RuntimeValue::NIL, of(&Nll::default(), pred, target))
}

/// As `rt_torch_nll_loss`, with the options of torch.nn.NLLLoss by its names: `weight` (a tensor of
/// C factors), `ignore_index` (-100), `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_nll_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_nll_loss_with", RuntimeValue::NIL, of(&read::<Nll>(options)?, pred, target))
}

/// Mean squared error.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mse_loss(pred: RuntimeValue, target: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_mse_loss", RuntimeValue::NIL, of(&Mse::default(), pred, target))
}

/// As `rt_torch_mse_loss`, with the options of torch.nn.MSELoss by its names: `reduction` ("none",
/// "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_mse_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_mse_loss_with", RuntimeValue::NIL, of(&read::<Mse>(options)?, pred, target))
}

/// Mean absolute error.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_l1_loss(pred: RuntimeValue, target: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_l1_loss", RuntimeValue::NIL, of(&loss::L1::default(), pred, target))
}

/// As `rt_torch_l1_loss`, with the options of torch.nn.L1Loss by its names: `reduction` ("none",
/// "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_l1_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_l1_loss_with",
        RuntimeValue::NIL,
        of(&read::<loss::L1>(options)?, pred, target)
    )
}

/// Squared error below 1, absolute error above.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_smooth_l1_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_smooth_l1_loss", RuntimeValue::NIL, of(&SmoothL1::default(), pred, target))
}

/// As `rt_torch_smooth_l1_loss`, with the options of torch.nn.SmoothL1Loss by its names: `beta`
/// (the threshold, 1.0), `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_smooth_l1_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_smooth_l1_loss_with",
        RuntimeValue::NIL,
        of(&read::<SmoothL1>(options)?, pred, target)
    )
}

/// Squared error below `delta`, absolute error above.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_huber_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
    delta: f64,
) -> RuntimeValue {
    torch!(
        "rt_torch_huber_loss",
        RuntimeValue::NIL,
        of(&Huber { delta, ..Huber::default() }, pred, target)
    )
}

/// As `rt_torch_huber_loss`, with the options of torch.nn.HuberLoss by its names: `delta` (1.0),
/// `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_huber_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_huber_loss_with",
        RuntimeValue::NIL,
        of(&read::<Huber>(options)?, pred, target)
    )
}

/// Kullback-Leibler divergence of log-probabilities from target probabilities, as a mean over all
/// elements; "batchmean" is the divergence as it is defined.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_kl_div(pred: RuntimeValue, target: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_kl_div", RuntimeValue::NIL, of(&KlDiv::default(), pred, target))
}

/// As `rt_torch_kl_div`, with the options of torch.nn.KLDivLoss by its names: `log_target` (false),
/// `reduction` ("none", "mean", "sum", "batchmean").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_kl_div_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_kl_div_with", RuntimeValue::NIL, of(&read::<KlDiv>(options)?, pred, target))
}

/// Distances where the target is 1, and what they lack to a margin of 1 where it is -1.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hinge_embedding_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_hinge_embedding_loss",
        RuntimeValue::NIL,
        of(&HingeEmbedding::default(), pred, target)
    )
}

/// As `rt_torch_hinge_embedding_loss`, with the options of torch.nn.HingeEmbeddingLoss by its
/// names: `margin` (1.0), `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_hinge_embedding_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_hinge_embedding_loss_with",
        RuntimeValue::NIL,
        of(&read::<HingeEmbedding>(options)?, pred, target)
    )
}

/// Two-class logistic loss of targets 1 and -1.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_soft_margin_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_soft_margin_loss", RuntimeValue::NIL, of(&SoftMargin::default(), pred, target))
}

/// As `rt_torch_soft_margin_loss`, with the options of torch.nn.SoftMarginLoss by its names:
/// `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_soft_margin_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_soft_margin_loss_with",
        RuntimeValue::NIL,
        of(&read::<SoftMargin>(options)?, pred, target)
    )
}

/// Negative log likelihood of counts, with the logarithms of rates predicted.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_poisson_nll_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_poisson_nll_loss", RuntimeValue::NIL, of(&PoissonNll::default(), pred, target))
}

/// As `rt_torch_poisson_nll_loss`, with the options of torch.nn.PoissonNLLLoss by its names:
/// `log_input` (true), `full` (false), `eps` (1e-8), `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_poisson_nll_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_poisson_nll_loss_with",
        RuntimeValue::NIL,
        of(&read::<PoissonNll>(options)?, pred, target)
    )
}

/// Focal loss of logits and targets between 0 and 1 (sigmoid_focal_loss of torchvision).
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. `alpha` weighs the positive examples, negative for no weighing; `gamma`
/// makes easy ones count less. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a
/// handle's error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_focal_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
    alpha: f64,
    gamma: f64,
) -> RuntimeValue {
    torch!(
        "rt_torch_focal_loss",
        RuntimeValue::NIL,
        of(&Focal { alpha, gamma, ..Focal::default() }, pred, target)
    )
}

/// As `rt_torch_focal_loss`, with the options of focal loss: `alpha` (0.25), `gamma` (2.0),
/// `reduction` ("none", "mean", "sum").
///
/// NIL as options stands for the defaults. Also NIL with RT_ERROR_TORCH_OPTION for an option that
/// there is not or a value that it does not take. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_focal_loss_with(
    pred: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_focal_loss_with",
        RuntimeValue::NIL,
        of(&read::<Focal>(options)?, pred, target)
    )
}

/// Cross entropy with the share `smoothing` of each target spread over all classes.
///
/// `pred` and `target` are tensors; the mean is returned, a new tensor without dimensions that is
/// the caller's to free. NIL with RT_ERROR_TORCH when the tensors do not fit, and with a handle's
/// error for what is no tensor. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_label_smoothing_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
    smoothing: f64,
) -> RuntimeValue {
    torch!(
        "rt_torch_label_smoothing_loss",
        RuntimeValue::NIL,
        of(&CrossEntropy { label_smoothing: smoothing, ..CrossEntropy::default() }, pred, target)
    )
}

/// The angles between vectors where the target is 1, their similarity where it is -1.
///
/// The arguments are tensors, then the options of torch.nn.CosineEmbeddingLoss by its names, NIL
/// for the defaults: `margin` (0.0), `reduction` ("none", "mean", "sum"). A new tensor, the
/// caller's to free. NIL with RT_ERROR_TORCH or RT_ERROR_INVALID_ARGUMENT when the tensors do not
/// fit, with a handle's error for what is no tensor, and with RT_ERROR_TORCH_OPTION for an option
/// that there is not. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_cosine_embedding_loss(
    left: RuntimeValue,
    right: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_cosine_embedding_loss",
        RuntimeValue::NIL,
        give_tensor(read::<CosineEmbedding>(options)?.of(
            &*tensor("left", left)?,
            &*tensor("right", right)?,
            &*tensor("target", target)?
        )?)
    )
}

/// What `left` lacks to `right` where the target is 1, and the other way round where it is -1.
///
/// The arguments are tensors, then the options of torch.nn.MarginRankingLoss by its names, NIL for
/// the defaults: `margin` (0.0), `reduction` ("none", "mean", "sum"). A new tensor, the caller's to
/// free. NIL with RT_ERROR_TORCH or RT_ERROR_INVALID_ARGUMENT when the tensors do not fit, with a
/// handle's error for what is no tensor, and with RT_ERROR_TORCH_OPTION for an option that there is
/// not. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_margin_ranking_loss(
    left: RuntimeValue,
    right: RuntimeValue,
    target: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_margin_ranking_loss",
        RuntimeValue::NIL,
        give_tensor(read::<MarginRanking>(options)?.of(
            &*tensor("left", left)?,
            &*tensor("right", right)?,
            &*tensor("target", target)?
        )?)
    )
}

/// What an anchor lacks to be nearer to a positive than to a negative example by a margin.
///
/// The arguments are tensors, then the options of torch.nn.TripletMarginLoss by its names, NIL for
/// the defaults: `margin` (1.0), `p` (2.0), `eps` (1e-6), `swap` (false), `reduction` ("none",
/// "mean", "sum"). A new tensor, the caller's to free. NIL with RT_ERROR_TORCH or
/// RT_ERROR_INVALID_ARGUMENT when the tensors do not fit, with a handle's error for what is no
/// tensor, and with RT_ERROR_TORCH_OPTION for an option that there is not. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_triplet_margin_loss(
    anchor: RuntimeValue,
    positive: RuntimeValue,
    negative: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_triplet_margin_loss",
        RuntimeValue::NIL,
        give_tensor(read::<TripletMargin>(options)?.of(
            &*tensor("anchor", anchor)?,
            &*tensor("positive", positive)?,
            &*tensor("negative", negative)?
        )?)
    )
}

/// Negative log likelihood of numbers, with means and variances predicted.
///
/// The arguments are tensors, then the options of torch.nn.GaussianNLLLoss by its names, NIL for
/// the defaults: `full` (false), `eps` (1e-6), `reduction` ("none", "mean", "sum"). A new tensor,
/// the caller's to free. NIL with RT_ERROR_TORCH or RT_ERROR_INVALID_ARGUMENT when the tensors do
/// not fit, with a handle's error for what is no tensor, and with RT_ERROR_TORCH_OPTION for an
/// option that there is not. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gaussian_nll_loss(
    pred: RuntimeValue,
    target: RuntimeValue,
    variance: RuntimeValue,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!(
        "rt_torch_gaussian_nll_loss",
        RuntimeValue::NIL,
        give_tensor(read::<GaussianNll>(options)?.of(
            &*tensor("pred", pred)?,
            &*tensor("target", target)?,
            &*tensor("variance", variance)?
        )?)
    )
}
