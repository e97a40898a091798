"""Writes tests/fixtures/losses.txt: every loss with its options, and the gradient of the prediction."""

import pathlib

import torch
import torch.nn.functional as F

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
REDUCTIONS = ("none", "mean", "sum")


def case(fixtures, name, function, compute, tensors, options=None, option_tensors=None):
    """`function` is the C function's name after rt_torch_, the first of `tensors` gets a gradient."""
    first = next(iter(tensors))
    leaf = tensors[first].clone().requires_grad_()
    tensors = {**tensors, first: leaf}
    option_tensors = option_tensors or {}
    options = options or {}
    loss = compute(*tensors.values(), **options, **option_tensors)
    loss.sum().backward()
    written = dict(tensors)
    written.update({f"option_{key}": value for key, value in option_tensors.items()})
    written.update(loss=loss, grad=leaf.grad)
    attributes = {f"option_{key}": value for key, value in options.items()}
    fixtures.case(name, written, function=function, inputs=",".join(tensors), **attributes)


def sigmoid_focal(inputs, targets, alpha=0.25, gamma=2.0, reduction="mean"):
    """torchvision.ops.sigmoid_focal_loss, with the mean as the default."""
    p = torch.sigmoid(inputs)
    cross_entropy = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = cross_entropy * ((1 - p_t) ** gamma)
    if alpha >= 0:
        loss = (alpha * targets + (1 - alpha) * (1 - targets)) * loss
    return {"none": loss, "mean": loss.mean(), "sum": loss.sum()}[reduction]


def main():
    torch.manual_seed(6)
    fixtures = Fixtures(FOLDER / "losses.txt", "make_losses.py")

    def reductions(name, function, compute, tensors, options=None, option_tensors=None):
        for reduction in REDUCTIONS:
            case(fixtures, f"{name}_{reduction}", function, compute, tensors,
                 {**(options or {}), "reduction": reduction}, option_tensors)

    probabilities = {"pred": torch.rand(4, 3), "target": torch.rand(4, 3).round()}
    weight = {"weight": torch.rand(3)}
    reductions("bce", "bce_loss", F.binary_cross_entropy, probabilities)
    reductions("bce_weight", "bce_loss", F.binary_cross_entropy, probabilities, {}, weight)

    logits = {"pred": torch.randn(4, 3), "target": torch.rand(4, 3)}
    weights = {"weight": torch.rand(3), "pos_weight": torch.rand(3) * 4}
    reductions("bce_logits", "bce_with_logits_loss", F.binary_cross_entropy_with_logits, logits)
    reductions("bce_logits_weight", "bce_with_logits_loss", F.binary_cross_entropy_with_logits,
               logits, {}, weights)

    scores = torch.randn(6, 5)
    classes = {"pred": scores, "target": torch.tensor([0, 4, 2, 2, 1, 3])}
    weight = {"weight": torch.rand(5) + 0.1}
    reductions("ce", "cross_entropy", F.cross_entropy, classes)
    reductions("ce_all", "cross_entropy", F.cross_entropy, classes,
               {"ignore_index": 2, "label_smoothing": 0.15}, weight)
    reductions("ce_probabilities", "cross_entropy", F.cross_entropy,
               {"pred": scores, "target": torch.softmax(torch.randn(6, 5), 1)},
               {"label_smoothing": 0.1}, weight)
    images = {"pred": torch.randn(2, 3, 2, 2), "target": torch.randint(3, (2, 2, 2))}
    reductions("ce_images", "cross_entropy", F.cross_entropy, images)
    case(fixtures, "ce_one", "cross_entropy", F.cross_entropy,
         {"pred": torch.randn(4), "target": torch.tensor(2)})

    log_scores = {**classes, "pred": torch.log_softmax(scores, 1)}
    reductions("nll", "nll_loss", F.nll_loss, log_scores)
    reductions("nll_all", "nll_loss", F.nll_loss, log_scores, {"ignore_index": 2}, weight)
    reductions("nll_images", "nll_loss", F.nll_loss,
               {**images, "pred": torch.log_softmax(images["pred"], 1)})

    numbers = {"pred": torch.randn(3, 4) * 2, "target": torch.randn(3, 4)}
    reductions("mse", "mse_loss", F.mse_loss, numbers)
    reductions("l1", "l1_loss", F.l1_loss, numbers)
    for beta in (0.0, 0.5, 1.0):
        reductions(f"smooth_l1_{beta}", "smooth_l1_loss", F.smooth_l1_loss, numbers, {"beta": beta})
    for delta in (0.5, 1.0):
        reductions(f"huber_{delta}", "huber_loss", F.huber_loss, numbers, {"delta": delta})
    broadcast = {"pred": torch.randn(3, 4), "target": torch.randn(4)}
    case(fixtures, "mse_broadcast", "mse_loss", F.mse_loss, broadcast)

    log_p = {"pred": torch.log_softmax(torch.randn(3, 4), 1),
             "target": torch.softmax(torch.randn(3, 4), 1)}
    log_q = {**log_p, "target": log_p["target"].log()}
    for reduction in (*REDUCTIONS, "batchmean"):
        case(fixtures, f"kl_{reduction}", "kl_div", F.kl_div, log_p, {"reduction": reduction})
        case(fixtures, f"kl_log_{reduction}", "kl_div", F.kl_div, log_q,
             {"reduction": reduction, "log_target": True})

    signs = {"pred": torch.randn(8), "target": torch.tensor([1.0, -1.0] * 4)}
    reductions("hinge", "hinge_embedding_loss", F.hinge_embedding_loss, signs)
    reductions("hinge_margin", "hinge_embedding_loss", F.hinge_embedding_loss, signs,
               {"margin": 0.3})
    reductions("soft_margin", "soft_margin_loss", F.soft_margin_loss, signs)
    counts = {"pred": torch.rand(6) + 0.1, "target": torch.tensor([0.0, 1, 2, 3, 5, 8])}
    reductions("poisson", "poisson_nll_loss", F.poisson_nll_loss, counts)
    reductions("poisson_full", "poisson_nll_loss", F.poisson_nll_loss, counts,
               {"log_input": False, "full": True, "eps": 1e-6})
    reductions("focal", "focal_loss", sigmoid_focal, logits)
    reductions("focal_plain", "focal_loss", sigmoid_focal, logits, {"alpha": -1.0, "gamma": 0.5})

    pairs = {"left": torch.randn(5, 3), "right": torch.randn(5, 3),
             "target": torch.tensor([1.0, -1.0, 1.0, -1.0, -1.0])}
    reductions("cosine", "cosine_embedding_loss", F.cosine_embedding_loss, pairs)
    reductions("cosine_margin", "cosine_embedding_loss", F.cosine_embedding_loss, pairs,
               {"margin": 0.4})
    ranks = {"left": torch.randn(5), "right": torch.randn(5), "target": pairs["target"]}
    reductions("ranking", "margin_ranking_loss", F.margin_ranking_loss, ranks, {"margin": 0.2})
    triplets = {"anchor": torch.randn(5, 3), "positive": torch.randn(5, 3),
                "negative": torch.randn(5, 3)}
    reductions("triplet", "triplet_margin_loss", F.triplet_margin_loss, triplets)
    reductions("triplet_all", "triplet_margin_loss", F.triplet_margin_loss, triplets,
               {"margin": 2.0, "p": 1.0, "swap": True, "eps": 1e-4})
    gauss = {"pred": torch.randn(3, 4), "target": torch.randn(3, 4), "variance": torch.rand(3, 4)}
    reductions("gaussian", "gaussian_nll_loss", F.gaussian_nll_loss, gauss)
    reductions("gaussian_full", "gaussian_nll_loss", F.gaussian_nll_loss,
               {**gauss, "variance": torch.rand(3)}, {"full": True, "eps": 0.5})
    case(fixtures, "gaussian_column", "gaussian_nll_loss", F.gaussian_nll_loss,
         {**gauss, "variance": torch.rand(3, 1)})
    fixtures.write()


if __name__ == "__main__":
    main()
