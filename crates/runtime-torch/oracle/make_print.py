"""Writes tests/fixtures/print.txt: tensors and the text that Python prints for them."""

import math
import pathlib

import torch

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"


def main():
    torch.manual_seed(4)
    fixtures = Fixtures(FOLDER / "print.txt", "make_print.py")

    def case(tensor, shown=None, **attributes):
        text = str(tensor if shown is None else shown).replace("\n", "\\n")
        fixtures.case("print", {"x": tensor}, text=text, **attributes)

    inf, nan = math.inf, math.nan
    case(torch.tensor(3.5))
    case(torch.tensor(3))
    case(torch.tensor(True))
    case(torch.tensor([1.0, 2, 3]))
    case(torch.tensor([1.0, 2.5, -3]))
    case(torch.tensor([1.0, -0.0, 1000]))
    case(torch.tensor([1.0, 1001]))
    case(torch.tensor([0.5, 500.25]))
    case(torch.tensor([1e-5, 1.0]))
    case(torch.tensor([1e-5]))
    case(torch.tensor([123456789.0]))
    case(torch.tensor([1e30, -1e-30], dtype=torch.float64))
    case(torch.tensor([1e300, 1e-300, 1.0], dtype=torch.float64))
    case(torch.tensor([nan, inf, -inf]))
    case(torch.tensor([nan, inf, -inf, 1]))
    case(torch.tensor([nan, inf, -inf, 1.5]))
    case(torch.tensor([nan, -inf, 1.5e10]))
    case(torch.tensor([0.0, 0]))
    case(torch.tensor([0.00005, 0.00015], dtype=torch.float64))
    case(torch.tensor([0.12345, 0.125, 2.00005], dtype=torch.float64))
    case(torch.zeros(0))
    case(torch.zeros(0, dtype=torch.int64))
    case(torch.zeros(2, 0))
    case(torch.zeros(2, 0, 3, dtype=torch.float64))
    case(torch.tensor([1, -200, 30]))
    case(torch.tensor([1, -200, 30], dtype=torch.int32))
    case(torch.tensor([1, 200], dtype=torch.uint8))
    case(torch.tensor([[True, False], [False, False]]))
    case(torch.tensor([2**62, -1]))
    case(torch.randn(2, 3))
    case(torch.randn(2, 3, 4))
    case(torch.randn(2, 1, 2, 2))
    case(torch.randn(2, 3, dtype=torch.float64))
    case(torch.randn(30))
    case(torch.arange(60))
    case(torch.randn(3, 15, dtype=torch.float64))
    case(torch.arange(1000))
    case(torch.arange(1001))
    case(torch.arange(1001.0))
    case(torch.arange(1001.0).reshape(7, 11, 13))
    case(torch.arange(1200).reshape(100, 12))
    case(torch.arange(1200).reshape(2, 600).to(torch.int32))
    case(torch.tensor([1 + 2j, -3.5 - 0.25j]))
    case(torch.tensor([1 + 2j, 3 - 4j]))
    case(torch.tensor(1j))
    case(torch.tensor([complex(nan, inf), 0]))
    case(torch.randn(3, 4, dtype=torch.complex64))
    case(torch.randn(2, dtype=torch.complex128))
    case(torch.tensor([1.5, 2], dtype=torch.float16))
    case(torch.tensor([1.5, 65000], dtype=torch.float16))
    case(torch.tensor([0.1, 2], dtype=torch.bfloat16))
    leaf = torch.randn(2, 2).requires_grad_()
    case(leaf, requires_grad=1)
    leaf = torch.randn(14).requires_grad_()
    case(leaf, leaf * 2, requires_grad=1, then="mul")
    leaf = torch.tensor(1.0).requires_grad_()
    case(leaf, leaf * 2, requires_grad=1, then="mul")
    wide = torch.arange(10.0, dtype=torch.float64) + 0.5
    case(wide)
    for count in range(5, 12):
        case(torch.arange(count, dtype=torch.float64) * 1000)
    fixtures.write()


main()
