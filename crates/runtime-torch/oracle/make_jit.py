"""Writes TorchScript archives as Python saves them, and what they compute.

    python oracle/make_jit.py

Makes tests/fixtures/jit_cnn.pt (traced), jit_methods.pt (scripted) and jit.txt.
"""

import pathlib
import typing

import torch
from torch import nn

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"


def cnn():
    """A small convolutional network."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(4 * 4 * 4, 3),
    )


class Methods(nn.Module):
    """Every kind of input and result that a method may have."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 2)
        self.dropout = nn.Dropout(0.5)
        self.register_buffer("offset", torch.tensor([1.0, -1.0]))

    def forward(self, x):
        return self.dropout(self.linear(x)) + self.offset

    @torch.jit.export
    def several(self, x, scale: float, axes: typing.List[int], bias: typing.Optional[torch.Tensor] = None):
        y = self.linear(x) * scale
        if bias is not None:
            y = y + bias
        return y, y.sum(axes), len(axes)

    @torch.jit.export
    def named(self, tensors: typing.Dict[str, torch.Tensor], pair: typing.Tuple[torch.Tensor, int]):
        total = pair[0] * pair[1]
        for name in tensors:
            total = total + tensors[name]
        return {"total": total, "first": pair[0]}

    @torch.jit.export
    def parts(self, x, text: str):
        return [x[i] for i in range(x.size(0))], text + "!", True, None


def main():
    """Writes all of it."""
    torch.manual_seed(7)
    fixtures = Fixtures(FOLDER / "jit.txt", "make_jit.py")

    model = cnn()
    model(torch.randn(8, 1, 8, 8))
    model.eval()
    x = torch.randn(2, 1, 8, 8)
    traced = torch.jit.trace(model, x)
    traced.save(str(FOLDER / "jit_cnn.pt"))
    fixtures.case("cnn", {"x": x, "y": model(x)}, file="jit_cnn.pt")

    methods = Methods().eval()
    torch.jit.script(methods).save(str(FOLDER / "jit_methods.pt"))
    x, bias = torch.randn(4, 3), torch.randn(2)
    y, sums, _ = methods.several(x, 2.0, [0], bias)
    total = methods.named({"a": x, "b": x * 2}, (x, 3))["total"]
    fixtures.case(
        "methods",
        {"x": x, "forward": methods(x), "bias": bias, "y": y, "sums": sums, "total": total},
        file="jit_methods.pt",
    )
    fixtures.write()


if __name__ == "__main__":
    main()
