"""Writes tests/fixtures/optim.txt: how optimizers move parameters through 25 given gradients.

The first case, `problem_DTYPE`, has the parameters at the start and the gradients of every step; the
second parameter has no gradient in steps 3, 8, 13 and so on. Every other case has the options, all
values of the parameters, and the state after step 12.
"""

import pathlib

import torch

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
STEPS = 25
SAVED_AFTER = 12
SHAPES = ((3,), (2, 2))

CASES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.05, "maximize": True}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.02, "betas": (0.4, 0.9), "amsgrad": True}),
    ("Adam", {"lr": 0.02, "maximize": True, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.2, "amsgrad": True}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.0, "maximize": True, "betas": (0.5, 0.9)}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 1e-6, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.02, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.02, "centered": True, "maximize": True}),
    ("RMSprop", {"lr": 0.01, "centered": True, "momentum": 0.5, "weight_decay": 0.02}),
    ("Adagrad", {"lr": 0.1}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.05, "weight_decay": 0.1,
                 "initial_accumulator_value": 0.2, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.02, "betas": (0.7, 0.95), "weight_decay": 0.1}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.02, "momentum_decay": 0.1, "weight_decay": 0.1}),
    ("NAdam", {"lr": 0.02, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.02}),
    ("RAdam", {"lr": 0.02, "betas": (0.9, 0.9), "weight_decay": 0.1,
               "decoupled_weight_decay": True}),
]


def problem(dtype):
    generator = torch.Generator().manual_seed(6)
    start = [torch.randn(shape, generator=generator, dtype=dtype) for shape in SHAPES]
    grads = [torch.randn((STEPS, *shape), generator=generator, dtype=dtype) for shape in SHAPES]
    return start, grads


def run(fixtures, name, optimizer, start, grads, parameters, attributes):
    paths = [[], []]
    saved = {}
    for step in range(STEPS):
        for index, parameter in enumerate(parameters):
            skipped = index == 1 and step % 5 == 3
            parameter.grad = None if skipped else grads[index][step].clone()
        optimizer.step()
        for path, parameter in zip(paths, parameters):
            path.append(parameter.detach().clone())
        if step + 1 == SAVED_AFTER:
            for index, state in optimizer.state_dict()["state"].items():
                for key, value in state.items():
                    if value is not None:
                        saved[f"state_{index}_{key}"] = value.clone()
    tensors = {f"path_{index}": torch.stack(path) for index, path in enumerate(paths)}
    fixtures.case(name, {**tensors, **saved}, **attributes)


def main():
    torch.set_num_threads(1)
    fixtures = Fixtures(FOLDER / "optim.txt", "make_optim.py")
    for dtype in (torch.float32, torch.float64, torch.complex64):
        start, grads = problem(dtype)
        word = str(dtype).removeprefix("torch.")
        fixtures.case(
            f"problem_{word}",
            {"start_0": start[0], "start_1": start[1], "grads_0": grads[0], "grads_1": grads[1]},
        )
        for number, (kind, options) in enumerate(CASES):
            if dtype is not torch.float32 and number % 2 == (dtype is torch.float64):
                continue
            parameters = [tensor.clone().requires_grad_() for tensor in start]
            optimizer = getattr(torch.optim, kind)(parameters, **options)
            attributes = {f"option_{key}": value for key, value in options.items()}
            run(fixtures, f"{kind}_{number}_{word}", optimizer, start, grads, parameters,
                {"kind": kind, "dtype": word, **attributes})

    start, grads = problem(torch.float32)
    parameters = [tensor.clone().requires_grad_() for tensor in start]
    optimizer = torch.optim.SGD(
        [{"params": parameters[:1], "lr": 0.2}, {"params": parameters[1:], "weight_decay": 0.1}],
        lr=0.05, momentum=0.9,
    )
    run(fixtures, "groups_SGD", optimizer, start, grads, parameters, {"kind": "SGD", "groups": 2})
    parameters = [tensor.clone().requires_grad_() for tensor in start]
    optimizer = torch.optim.AdamW(
        [{"params": parameters[:1], "betas": (0.5, 0.9)}, {"params": parameters[1:], "lr": 0.1}],
        lr=0.05, weight_decay=0.0,
    )
    run(fixtures, "groups_AdamW", optimizer, start, grads, parameters,
        {"kind": "AdamW", "groups": 2})
    fixtures.write()


if __name__ == "__main__":
    main()
