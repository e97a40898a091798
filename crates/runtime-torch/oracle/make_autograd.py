"""Writes tests/fixtures/gradients.txt: the gradients of operations, as backward leaves them."""

import pathlib

import torch

from calls import Calls

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"


def main():
    torch.manual_seed(3)
    calls = Calls(FOLDER / "gradients.txt", "make_autograd.py")
    grad = calls.gradients
    x, y = torch.randn(2, 3), torch.randn(2, 3)
    row = torch.tensor([0.5, 2, 3])
    positive = x.abs() + 0.5
    for name in ("add", "sub", "mul", "div", "maximum", "minimum", "atan2", "hypot"):
        grad(name, getattr(torch, name), x, row)
        grad(name, getattr(torch, name), x, y)
    for name in ("add", "sub", "mul", "div"):
        grad(f"{name}_scalar", getattr(torch, name), x, 2.5)
    grad("pow", torch.pow, positive, 1.5)
    grad("pow_tensor", torch.pow, positive, y)
    for name in """neg abs reciprocal sqrt rsqrt square exp exp2 expm1 log log2 log10 log1p sin cos tan
            atan sinh cosh asinh erf erfc floor""".split():
        grad(name, getattr(torch, name), positive)
    for name in ("asin", "acos", "atanh"):
        grad(name, getattr(torch, name), x / 4)
    grad("acosh", torch.acosh, positive + 1)
    grad("clamp", torch.clamp, x, -0.5, 0.5)
    grad("lerp", torch.lerp, x, y, 0.25)
    grad("where", lambda c, a, b: torch.where(c, a, b), x > 0, x, y)
    grad("clone", torch.clone, x)
    grad("to_dtype", lambda t, _: t.double(), x, 1)
    for name in ("sum", "mean", "prod", "max", "min", "std", "var", "norm"):
        grad(name, getattr(torch, name), x)
    grad("sum_dim", lambda t, d, k: t.sum(d, bool(k)), x, [0], 1)
    grad("mean_dim", lambda t, d, k: t.mean(d, bool(k)), x, [1], 0)
    grad("std_dim", lambda t, d, c, k: t.std(d, correction=c, keepdim=bool(k)), x, [1], 1, 0)
    grad("var_dim", lambda t, d, c, k: t.var(d, correction=c, keepdim=bool(k)), x, [1], 0, 1)
    grad("norm_dim", lambda t, p, d, k: t.norm(p, d, bool(k)), x, 2, [1], 0)
    grad("logsumexp", lambda t, d, k: t.logsumexp(d, bool(k)), x, [1], 0)
    grad("amax", lambda t, d, k: t.amax(d, bool(k)), x, [1], 0)
    grad("cumsum", torch.cumsum, x, 1)
    grad("cumprod", torch.cumprod, x, 0)
    grad("prod_dim", lambda t, d, k: t.prod(d, bool(k)), x, 1, 0)
    a, b = torch.randn(3, 4), torch.randn(4, 2)
    for name in ("matmul", "mm"):
        grad(name, getattr(torch, name), a, b)
    grad("bmm", torch.bmm, torch.randn(2, 3, 4), torch.randn(2, 4, 2))
    grad("matmul", torch.matmul, torch.randn(2, 1, 3, 4), torch.randn(3, 4, 2))
    grad("dot", torch.dot, a[0], a[1])
    grad("outer", torch.outer, a[0], b[:, 0])
    grad("addmm", torch.addmm, torch.randn(2), a, b)
    grad("einsum", lambda e, ts: torch.einsum(e, *ts), "ij,jk->ki", [a, b])
    square = torch.tensor([[4.0, 1, 2], [1, 3, 0.5], [2, 0.5, 5]])
    for name in ("det", "inv", "cholesky"):
        grad(f"linalg_{name}", getattr(torch.linalg, name), square)
    grad("linalg_solve", torch.linalg.solve, square, torch.randn(3, 2))
    cube = torch.randn(2, 3, 4)
    grad("reshape", torch.reshape, cube, [4, 6])
    grad("permute", torch.permute, cube, [2, 0, 1])
    grad("transpose", torch.transpose, cube, 0, 2)
    grad("expand", lambda t, s: t.expand(s), row, [2, 3])
    grad("repeat", lambda t, s: t.repeat(s), row, [2, 2])
    grad("cat", lambda ts, d: torch.cat(ts, d), [x, y], 1)
    grad("stack", lambda ts, d: torch.stack(ts, d), [x, y], 0)
    grad("flip", torch.flip, x, [1])
    grad("roll", torch.roll, x, [1], [1])
    grad("tril", torch.tril, x, 0)
    grad("diag", torch.diag, row, 1)
    grad("index", lambda t, i: t[i], a, torch.tensor([0, 2, 0]))
    grad("index", lambda t, i: t[i], a, a > 0)
    grad("index", lambda t, i: t[i[0], i[1]], a, [torch.tensor([0, 2]), torch.tensor([1, 1])])
    grad("select", torch.select, a, 1, 2)
    grad("narrow", torch.narrow, a, 1, 1, 2)
    grad("slice", lambda t, d, s, e, n: t[:, s:e:n], a, 1, 0, 4, 2)
    grad("index_select", torch.index_select, a, 0, torch.tensor([2, 2]))
    grad("gather", torch.gather, a, 1, torch.tensor([[0, 0], [3, 1], [2, 2]]))
    grad("scatter_add", torch.scatter_add, a, 0, torch.tensor([[1, 1], [0, 2]]), torch.randn(2, 2))
    grad("masked_fill", torch.masked_fill, a, a > 0, 2.0)
    grad("masked_select", torch.masked_select, a, a > 0)
    calls.write()


main()
