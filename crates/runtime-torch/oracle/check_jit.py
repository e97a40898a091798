"""Checks that Python reads the TorchScript archives that this crate writes, and computes the same.

    cargo run -p runtime-torch --features pytorch --example save_jit -- FOLDER
    python oracle/check_jit.py FOLDER
"""

import pathlib
import sys

import torch


def check(path):
    """One archive, with its text beside it."""
    shape, given, expected = path.with_suffix(".txt").read_text().splitlines()
    numbers = lambda line: torch.tensor([float(word) for word in line.split()])
    x = numbers(given).reshape([int(size) for size in shape.split()])
    module = torch.jit.load(str(path))
    result = module(x).detach().reshape(-1)
    torch.testing.assert_close(result, numbers(expected), rtol=1e-5, atol=1e-6)
    again = path.with_suffix(".again.pt")
    module.save(str(again))
    torch.testing.assert_close(torch.jit.load(str(again))(x).detach().reshape(-1), result)
    again.unlink()
    names = [name for name, _ in module.named_parameters()]
    needs = [parameter.requires_grad for parameter in module.parameters()]
    print(f"{path.name}: {len(names)} parameters {names}, gradients {needs}, training {getattr(module, 'training', None)}")


def main():
    """Every archive of the folder."""
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.pt"))
    if not paths:
        raise SystemExit("there is no archive")
    for path in paths:
        check(path)
    print(f"{len(paths)} archives are as they should be")


if __name__ == "__main__":
    main()
