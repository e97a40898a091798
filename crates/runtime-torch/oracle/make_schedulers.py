"""Writes tests/fixtures/schedulers.txt: the learning rates (and momenta) of every step.

The optimizer is SGD with momentum 0.9, or Adam; its groups have the learning rates 0.1 and 0.03, or
one has 0.1. `lrs` has a row for the start and one for each step.
"""

import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
LRS = (0.1, 0.03)


def optimizer_of(kind, groups):
    parameters = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in LRS[:groups]]
    if kind == "SGD":
        return torch.optim.SGD(parameters, lr=0.1, momentum=0.9)
    return getattr(torch.optim, kind)(parameters, lr=0.1)


def momentum_of(group):
    return group["betas"][0] if "betas" in group else group.get("momentum", 0.0)


class Record:
    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.lrs, self.momenta = [], []
        self.note()

    def note(self):
        self.lrs.append([float(group["lr"]) for group in self.optimizer.param_groups])
        self.momenta.append([momentum_of(group) for group in self.optimizer.param_groups])

    def tensors(self):
        return {
            "lrs": torch.tensor(self.lrs, dtype=torch.float64),
            "momenta": torch.tensor(self.momenta, dtype=torch.float64),
        }


def metrics():
    """Falls, rests, falls again, rises: enough to meet patience, cooldown and thresholds."""
    values = [1.0, 0.9, 0.8, 0.79999, 0.8, 0.81, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7, 0.69999, 0.7, 0.7]
    values += [0.5 + 0.01 * (index % 3) for index in range(20)] + [math.nan, 0.4, 0.4, 0.41, 0.4]
    return values


def main():
    warnings.simplefilter("ignore")
    fixtures = Fixtures(FOLDER / "schedulers.txt", "make_schedulers.py")
    count = 0

    def case(kind, steps=30, groups=2, optimizer_kind="SGD", epochs=None, **options):
        nonlocal count
        optimizer = optimizer_of(optimizer_kind, groups)
        scheduler = getattr(lr_scheduler, kind)(optimizer, **options)
        record = Record(optimizer)
        extra = {}
        if kind == "ReduceLROnPlateau":
            values = metrics()
            if options.get("mode") == "max":
                values = [2 - value for value in values]
            extra["metrics"] = torch.tensor(values, dtype=torch.float64)
            calls = [(value,) for value in values]
        elif epochs is not None:
            extra["epochs"] = torch.tensor(epochs, dtype=torch.float64)
            calls = [(epoch,) for epoch in epochs]
        else:
            calls = [()] * steps
        for arguments in calls:
            scheduler.step(*arguments)
            record.note()
        attributes = {f"option_{key}": value for key, value in options.items()}
        count += 1
        fixtures.case(f"{kind}_{count}", {**record.tensors(), **extra}, kind=kind, groups=groups,
                      optimizer=optimizer_kind, **attributes)

    case("StepLR", step_size=1)
    case("StepLR", step_size=7, gamma=0.5)
    case("StepLR", step_size=3, epochs=[0, 5, 2, 9, 30])
    case("MultiStepLR", milestones=[2, 5, 5, 11], gamma=0.3)
    case("MultiStepLR", milestones=[2, 5, 5, 11], epochs=[4, 5, 30, 1])
    case("ConstantLR")
    case("ConstantLR", factor=0.7, total_iters=11)
    case("ConstantLR", factor=0.7, total_iters=11, epochs=[3, 11, 2])
    case("LinearLR")
    case("LinearLR", start_factor=0.1, end_factor=0.9, total_iters=13)
    case("LinearLR", start_factor=1.0, end_factor=0.0, total_iters=10)
    case("LinearLR", start_factor=0.1, total_iters=13, epochs=[3, 20, 2])
    case("ExponentialLR", gamma=0.93)
    case("ExponentialLR", gamma=1.05, epochs=[3, 11, 2])
    case("PolynomialLR", total_iters=9, power=2.0)
    case("PolynomialLR")
    case("PolynomialLR", total_iters=9, power=0.5, epochs=[3, 11, 2])
    case("CosineAnnealingLR", T_max=10)
    case("CosineAnnealingLR", T_max=7, eta_min=0.01, steps=40)
    case("CosineAnnealingLR", T_max=1, steps=5)
    case("CosineAnnealingLR", T_max=7, eta_min=0.01, epochs=[3, 11, 2])
    case("CosineAnnealingWarmRestarts", T_0=5)
    case("CosineAnnealingWarmRestarts", T_0=3, T_mult=2, eta_min=0.001, steps=50)
    case("CosineAnnealingWarmRestarts", T_0=3, T_mult=2, epochs=[0.5, 1.0, 2.75, 3.0, 9.25, 30.0, 1.5])
    case("CosineAnnealingWarmRestarts", T_0=4, epochs=[0.5, 4.0, 6.75, 13.0])
    case("OneCycleLR", max_lr=1.0, total_steps=20, steps=20)
    case("OneCycleLR", max_lr=1.0, total_steps=20, steps=19, optimizer_kind="Adam")
    case("OneCycleLR", max_lr=[0.5, 2.0], total_steps=25, steps=25, pct_start=0.4,
         anneal_strategy="linear", div_factor=10.0, final_div_factor=100.0)
    case("OneCycleLR", max_lr=1.0, total_steps=30, steps=30, three_phase=True, base_momentum=0.7,
         max_momentum=[0.9, 0.8])
    case("OneCycleLR", max_lr=1.0, total_steps=12, steps=12, cycle_momentum=False,
         optimizer_kind="Adagrad")
    case("CyclicLR", base_lr=0.01, max_lr=0.1, step_size_up=4)
    case("CyclicLR", base_lr=[0.01, 0.02], max_lr=0.1, step_size_up=3, step_size_down=5,
         mode="triangular2", base_momentum=0.6, max_momentum=0.95)
    case("CyclicLR", base_lr=0.01, max_lr=0.1, step_size_up=4, mode="exp_range", gamma=0.97,
         optimizer_kind="Adam")
    for mode in ("min", "max"):
        case("ReduceLROnPlateau", mode=mode, patience=2)
        case("ReduceLROnPlateau", mode=mode, patience=0, factor=0.5, cooldown=3, groups=1)
        case("ReduceLROnPlateau", mode=mode, patience=1, factor=0.5, threshold=0.05,
             threshold_mode="abs", min_lr=[0.02, 0.01])
        case("ReduceLROnPlateau", mode=mode, patience=3, threshold=0.1, eps=0.01)

    def composite(name, make, steps=30):
        optimizer = optimizer_of("SGD", 2)
        scheduler = make(optimizer)
        record = Record(optimizer)
        for _ in range(steps):
            scheduler.step()
            record.note()
        fixtures.case(name, record.tensors(), groups=2, optimizer="SGD")

    composite("sequential", lambda optimizer: lr_scheduler.SequentialLR(
        optimizer,
        [lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=5),
         lr_scheduler.CosineAnnealingLR(optimizer, T_max=10),
         lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=4, T_mult=2),
         lr_scheduler.ExponentialLR(optimizer, gamma=0.9)],
        milestones=[5, 12, 22]))
    composite("chained", lambda optimizer: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=4),
         lr_scheduler.ExponentialLR(optimizer, gamma=0.9)]))
    fixtures.write()


if __name__ == "__main__":
    main()
