"""Writes tests/fixtures/tensors.txt: what every operation on tensors gives, awkward cases among them."""

import math
import pathlib

import torch

from calls import Calls

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
F32, F64, I32, I64, BOOL, U8 = range(6)
C64, C128 = 10, 11
DTYPES = [torch.float32, torch.float64, torch.int32, torch.int64, torch.bool, torch.uint8,
          torch.int8, torch.int16, torch.float16, torch.bfloat16]
INF, NAN = math.inf, math.nan


def creation(calls):
    case = calls.case
    case("tensor", torch.tensor([[1.5, 2], [3, -4]]), [[1.5, 2], [3, -4]], F32, 0)
    case("tensor", torch.tensor(7, dtype=torch.int32), 7, I32, 0)
    case("tensor", torch.tensor([2.7, -2.7, True], dtype=torch.int64), [2.7, -2.7, True], I64, 0)
    case("tensor", torch.tensor([0, 2, NAN], dtype=torch.bool), [0, 2, NAN], BOOL, 0)
    case("tensor", torch.tensor([-1, 255], dtype=torch.uint8), [-1, 255], U8, 0)
    case("tensor", torch.tensor([2**53 + 1, -(2**63)]), [2**53 + 1, -(2**63)], I64, 0)
    case("tensor", torch.tensor([1e300, -INF, NAN]), [1e300, -INF, NAN], F32, 0)
    case("tensor", torch.zeros(2, 0), [[], []], F32, 0)
    case("tensor", torch.tensor([[[1.0]]], dtype=torch.float64), [([1],)], F64, 0)
    case("tensor", torch.tensor([1 + 2j, 3]), [(1, 2), 3], C64, 0)
    case("tensor_new", torch.tensor([2.0, 3, 4]), [2, 3, 4])
    case("tensor_from_data", torch.tensor([[1.0, 2, 3], [4, 5, 6]]), [1, 2, 3, 4, 5, 6], [2, 3])
    case("zeros", torch.zeros(2, 3, dtype=torch.int64), [2, 3], I64, 0)
    case("zeros", torch.zeros(()), [], F32, 0)
    case("ones", torch.ones(3, dtype=torch.bool), [3], BOOL, 0)
    case("ones", torch.ones(2, 0, 3), [2, 0, 3], F32, 0)
    case("zeros_1d", torch.zeros(4), 4, F32, 0)
    case("zeros_2d", torch.zeros(2, 3, dtype=torch.float64), 2, 3, F64, 0)
    case("zeros_3d", torch.zeros(2, 1, 3), 2, 1, 3, F32, 0)
    case("ones_1d", torch.ones(4), 4, F32, 0)
    case("ones_2d", torch.ones(2, 3), 2, 3, F32, 0)
    case("ones_3d", torch.ones(2, 1, 3, dtype=torch.int32), 2, 1, 3, I32, 0)
    case("full", torch.full((2, 2), 2.7), [2, 2], 2.7, F32, 0)
    case("full", torch.full((2,), 2.7, dtype=torch.int64), [2], 2.7, I64, 0)
    case("arange", torch.arange(0, 10, 2, dtype=torch.float32), 0, 10, 2, F32, 0)
    case("arange", torch.arange(5, -6, -3), 5, -6, -3, I64, 0)
    case("arange", torch.arange(3, 3), 3, 3, 1, I64, 0)
    case("arange_float", torch.arange(0.5, 2.0, 0.25), 0.5, 2.0, 0.25, F32, 0)
    case("arange_float", torch.arange(1, 0, -0.3, dtype=torch.float64), 1, 0, -0.3, F64, 0)
    case("linspace", torch.linspace(-1, 1, 5), -1, 1, 5, F32, 0)
    case("linspace", torch.linspace(3, 3, 1, dtype=torch.float64), 3, 3, 1, F64, 0)
    case("linspace", torch.linspace(0, 1, 0), 0, 1, 0, F32, 0)
    case("logspace", torch.logspace(-1, 2, 4), -1, 2, 4, 10, F32, 0)
    case("logspace", torch.logspace(0, 3, 4, base=2), 0, 3, 4, 2, F32, 0)
    case("eye", torch.eye(2, 3), 2, 3, F32, 0)
    case("eye", torch.eye(0, 3, dtype=torch.int64), 0, 3, I64, 0)
    x = torch.tensor([[1.0, 2], [3, 4]], dtype=torch.float64)
    case("zeros_like", torch.zeros_like(x), x)
    case("ones_like", torch.ones_like(x), x)
    case("full_like", torch.full_like(x, -0.5), x, -0.5)
    labels = torch.tensor([[0, 2], [1, 1]])
    case("one_hot", torch.nn.functional.one_hot(labels, 4), labels, 4)
    case("one_hot", torch.nn.functional.one_hot(labels), labels, -1)
    ints = torch.tensor([1, 3, 3, 0])
    weights = torch.tensor([0.5, 1, 2, 4])
    case("bincount", torch.bincount(ints), ints, None, 0)
    case("bincount", torch.bincount(ints, weights, 6), ints, weights, 6)
    case("tensor_zeros", torch.zeros(2, 3), [2, 3])
    case("tensor_ones", torch.ones(2), [2])
    case("tensor_full", torch.full((2,), 1.5), [2], 1.5)
    case("tensor_arange", torch.arange(0, 1, 0.25), 0, 1, 0.25)
    case("tensor_linspace", torch.linspace(0, 1, 3), 0, 1, 3)
    case("tensor_eye", torch.eye(3), 3)


def reading(calls, x):
    case = calls.case
    case("dtype", F32, x)
    case("dtype", BOOL, x > 0)
    case("dtype", C64, torch.tensor([1j]))
    case("device", 0, x)
    case("numel", 24, x)
    case("numel", 1, torch.tensor(3))
    case("ndim", 3, x)
    case("ndim", 0, torch.tensor(3))
    case("element_size", 8, torch.tensor(3))
    case("item", 2.5, torch.tensor([[2.5]]))
    case("item_int", 2**53 + 1, torch.tensor(2**53 + 1))
    case("item_int", -2, torch.tensor(-2.7))
    case("is_contiguous", 1, x)
    case("is_floating_point", 0, torch.tensor(3))
    case("is_complex", 1, torch.tensor([1j]))
    case("clone", x, x)
    case("shallow_clone", x, x)


def arithmetic(calls, x, y):
    case = calls.case
    row, column = torch.tensor([1.0, -2, 0.5, 4]), torch.tensor([[3.0], [-1], [0.25]])
    ints, small = torch.tensor([7, -7, 0, 3]), torch.tensor([2, 3, -4, 5], dtype=torch.int32)
    special = torch.tensor([NAN, INF, -INF, -0.0, 1e-40])
    for name in ("add", "sub", "mul", "div", "maximum", "minimum", "atan2", "hypot", "fmod"):
        operation = getattr(torch, name)
        case(name, operation(row, column), row, column)
        case(name, operation(special, special.flip(0)), special, special.flip(0))
        case(name, operation(torch.zeros(2, 0), torch.zeros(1, 0)), torch.zeros(2, 0), torch.zeros(1, 0))
    for name in ("add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "maximum", "pow"):
        operation = getattr(torch, name)
        function = "pow_tensor" if name == "pow" else name
        other = small.abs() if name == "pow" else small
        case(function, operation(ints, other), ints, other)
        case(function, operation(ints, row.abs()), ints, row.abs())
    case("add", ints + True, ints, torch.tensor(True))
    case("mul", torch.tensor([True, False]) * torch.tensor([True, True]),
         torch.tensor([True, False]), torch.tensor([True, True]))
    case("add", torch.tensor([1j]) + row[:1], torch.tensor([1j]), row[:1])
    for name in ("add", "sub", "mul", "div", "remainder", "fmod"):
        operation = getattr(torch, name)
        case(f"{name}_scalar", operation(x, 2.5), x, 2.5)
        case(f"{name}_scalar", operation(ints, 2.5), ints, 2.5)
        case(f"{name}_scalar", operation(x, NAN), x, NAN)
    case("pow", x.abs() ** 0.5, x.abs(), 0.5)
    case("pow", x**3.0, x, 3)
    case("pow", x**-1.0, x, -1)
    case("pow_tensor", x.abs() ** y, x.abs(), y)
    case("clamp", x.clamp(-0.5, 0.5), x, -0.5, 0.5)
    case("clamp", x.clamp(0.5, -0.5), x, 0.5, -0.5)
    case("clamp", special.clamp(-1.0, 1.0), special, -1, 1)
    case("clamp_min", x.clamp(min=0.25), x, 0.25)
    case("clamp_max", x.clamp(max=0.25), x, 0.25)
    case("lerp", torch.lerp(x, y, 0.25), x, y, 0.25)
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
        case(name, getattr(torch, name)(ints, small.long()), ints, small.long())
    case("bitwise_not", torch.bitwise_not(ints), ints)
    case("bitwise_not", torch.tensor([False]), torch.tensor([True]))


def elementwise(calls, x):
    case = calls.case
    special = torch.tensor([NAN, INF, -INF, -0.0, 0.5, 2.5, -1.5])
    whole = torch.tensor([-3, 0, 2])
    names = """neg abs sign floor ceil round trunc frac reciprocal sqrt rsqrt square exp exp2 expm1 log
        log2 log10 log1p sin cos tan asin acos atan sinh cosh asinh acosh atanh erf erfc"""
    for name in names.split():
        operation = getattr(torch, name)
        case(name, operation(x), x)
        case(name, operation(special), special)
        if name != "frac":
            case(name, operation(whole), whole)
    case("abs", torch.tensor([3 + 4j]).abs(), torch.tensor([3 + 4j]))
    case("exp", torch.tensor([1j]).exp(), torch.tensor([1j]))
    case("nan_to_num", special.nan_to_num(1.5, 8.0, -9.0), special, 1.5, 8, -9)


def comparison(calls, x, y):
    case = calls.case
    special = torch.tensor([NAN, INF, -INF, -0.0, 0.5])
    z = x.clone()
    z[0] = y[0]
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        operation = getattr(torch, name)
        case(name, operation(z, y), z, y)
        case(name, operation(special, special), special, special)
        case(name, operation(torch.tensor([1, 2]), torch.tensor([[1.5], [2]])),
             torch.tensor([1, 2]), torch.tensor([[1.5], [2]]))
        case(f"{name}_scalar", operation(special, 0.0), special, 0)
        case(f"{name}_scalar", operation(torch.tensor([1, 2, 3]), 2.0), torch.tensor([1, 2, 3]), 2)
    a, b = torch.tensor([0.0, 1, NAN, 0]), torch.tensor([0, 0, 1, 1])
    for name in ("and", "or", "xor"):
        case(f"logical_{name}", getattr(torch, f"logical_{name}")(a, b), a, b)
    case("logical_not", torch.logical_not(a), a)
    for name in ("isnan", "isinf", "isfinite"):
        case(name, getattr(torch, name)(special), special)
    near = x + 1e-7
    case("isclose", torch.isclose(special, special), special, special, 1e-5, 1e-8)
    case("allclose", 1, x, near, 1e-5, 1e-6)
    case("allclose", 0, x, y, 1e-5, 1e-6)
    case("allclose", 1, torch.tensor([INF]), torch.tensor([INF]), 1e-5, 1e-8)
    case("allclose", 0, torch.tensor([NAN]), torch.tensor([NAN]), 1e-5, 1e-8)
    case("equal", 1, x, x.clone())
    case("equal", 0, x, x[0])
    case("has_nan", 1, special)
    case("has_nan", 0, x)
    case("has_nan", 0, torch.tensor([1]))
    case("has_inf", 1, special)
    case("has_inf", 0, torch.zeros(0))
    cond = torch.tensor([1.0, 0, 1])
    p, q = torch.tensor([10.0, 20, 30]), torch.tensor([1.0, 2, 3])
    case("where", torch.where(cond != 0, p, q), cond, p, q)
    case("where", torch.where(x > 0, x, torch.tensor(0.0)), x > 0, x, torch.tensor(0.0))


def reductions(calls, x):
    case = calls.case
    ints = torch.tensor([[3, -1, 3], [0, 5, 2]])
    holes = torch.tensor([[1.0, NAN, 2], [4, 3, -INF]])
    bools = torch.tensor([[True, False], [True, True]])
    for name in ("sum", "prod", "max", "min", "argmax", "argmin", "median", "any", "all"):
        for tensor in (x, ints, holes, x[0, 0, 0]):
            if name == "median" and tensor is holes:
                tensor = holes[1]
            case(name, getattr(torch, name)(tensor), tensor)
    for name in ("sum", "any", "all"):
        case(name, getattr(torch, name)(bools), bools)
        case(name, getattr(torch, name)(torch.zeros(0)), torch.zeros(0))
    for name in ("mean", "std", "var", "norm"):
        case(name, getattr(torch, name)(x), x)
        case(name, getattr(torch, name)(holes), holes)
        case(name, getattr(torch, name)(x.double()), x.double())
    case("mean", torch.zeros(0).mean(), torch.zeros(0))
    case("std", torch.zeros(1).std(), torch.zeros(1))
    for dims, keep in (([0, 2], 0), ([-1], 1), (1, 0), (None, 1)):
        python = {"dim": dims, "keepdim": bool(keep)}
        for name in ("sum", "mean"):
            case(f"{name}_dim", getattr(torch, name)(x, **python), x, dims, keep)
        for name in ("amax", "amin"):
            every = dims if dims is not None else (0, 1, 2)
            case(name, getattr(torch, name)(x, every, bool(keep)), x, dims, keep)
        for name in ("std", "var"):
            for correction in (0, 1, 2):
                result = getattr(torch, name)(x, correction=correction, **python)
                case(f"{name}_dim", result, x, dims, correction, keep)
        for p in (1, 2, 3.5, 0, INF, -INF):
            case("norm_dim", torch.norm(x, p, **python), x, p, dims, keep)
        every = dims if dims is not None else (0, 1, 2)
        case("logsumexp", torch.logsumexp(x, every, bool(keep)), x, dims, keep)
        case("any_dim", torch.any(x > 1, **python), x > 1, dims, keep)
        case("all_dim", torch.all(x > -1, **python), x > -1, dims, keep)
    for dim, keep in ((0, 0), (-1, 1)):
        python = {"dim": dim, "keepdim": bool(keep)}
        for name in ("max", "min", "median", "mode"):
            function = name if name == "mode" else f"{name}_dim"
            case(function, getattr(torch, name)(x, **python), x, dim, keep)
            case(function, getattr(torch, name)(ints, **python), ints, dim, keep)
        for name in ("argmax", "argmin"):
            case(f"{name}_dim", getattr(torch, name)(x, **python), x, dim, keep)
        case("prod_dim", torch.prod(x, **python), x, dim, keep)
        case("kthvalue", torch.kthvalue(x, 2, **python), x, 2, dim, keep)
        q = torch.tensor([0.0, 0.3, 1])
        case("quantile", torch.quantile(x, q, **python), x, q, dim, keep)
        for name in ("cumsum", "cumprod", "cummax", "cummin"):
            case(name, getattr(torch, name)(x, dim), x, dim)
        for descending in (0, 1):
            case("sort", torch.sort(x, dim, bool(descending)), x, dim, descending)
            case("argsort", torch.argsort(x, dim, bool(descending)), x, dim, descending)
            case("topk", torch.topk(x, 2, dim, bool(descending), True), x, 2, dim, descending, 1)
    case("quantile", torch.quantile(x, torch.tensor(0.5)), x, torch.tensor(0.5), None, 0)
    case("sort", torch.sort(torch.tensor([2.0, NAN, -INF]))[:2], torch.tensor([2.0, NAN, -INF]), 0, 0)
    case("count_nonzero", torch.count_nonzero(ints), ints)
    case("unique", torch.unique(ints), ints)
    case("unique_counts", torch.unique(ints, return_inverse=True, return_counts=True), ints)
    rows = torch.tensor([[1, 2], [0, 1], [1, 2]])
    case("unique_dim", torch.unique(rows, return_inverse=True, return_counts=True, dim=0), rows, 0)


def linear_algebra(calls):
    case = calls.case
    a, b = torch.randn(3, 4), torch.randn(4, 2)
    case("matmul", a @ b, a, b)
    case("matmul", a @ b[:, 0], a, b[:, 0])
    case("matmul", a[0] @ b[:, 0], a[0], b[:, 0])
    batch = torch.randn(2, 1, 3, 4)
    many = torch.randn(5, 4, 2)
    case("matmul", batch @ many, batch, many)
    case("mm", torch.mm(a, b), a, b)
    x, y = torch.randn(2, 3, 4), torch.randn(2, 4, 5)
    case("bmm", torch.bmm(x, y), x, y)
    case("mv", torch.mv(a, b[:, 0]), a, b[:, 0])
    case("dot", torch.dot(a[0], a[1]), a[0], a[1])
    case("outer", torch.outer(a[0], b[:, 0]), a[0], b[:, 0])
    case("kron", torch.kron(a[:2, :2], b[:2]), a[:2, :2], b[:2])
    case("addmm", torch.addmm(torch.ones(2), a, b), torch.ones(2), a, b)
    u, v = torch.randn(2, 3), torch.randn(2, 3)
    case("cross", torch.linalg.cross(u, v), u, v, -1)
    case("einsum", torch.einsum("ij,jk->ik", a, b), "ij,jk->ik", [a, b])
    case("einsum", torch.einsum("bij->bji", x), "bij->bji", [x])
    case("einsum", torch.einsum("...ij,...jk,k->...i", x, y, torch.ones(5)), "...ij,...jk,k->...i",
         [x, y, torch.ones(5)])
    case("trace", torch.trace(a[:, :3]), a[:, :3])
    square = torch.tensor([[4.0, 1, 2], [1, 3, 0.5], [2, 0.5, 5]], dtype=torch.float64)
    pair = torch.stack([square, square + torch.eye(3) * 2])
    right = torch.randn(3, 2, dtype=torch.float64)
    for tensor in (square, pair):
        case("linalg_det", torch.linalg.det(tensor), tensor)
        case("linalg_slogdet", torch.linalg.slogdet(tensor), tensor)
        case("linalg_inv", torch.linalg.inv(tensor), tensor)
        case("linalg_cholesky", torch.linalg.cholesky(tensor), tensor)
        case("linalg_matrix_rank", torch.linalg.matrix_rank(tensor), tensor)
        case("linalg_pinv", torch.linalg.pinv(tensor), tensor)
    case("linalg_solve", torch.linalg.solve(square, right), square, right)
    case("linalg_solve", torch.linalg.solve(pair, right), pair, right)
    case("linalg_matrix_rank", torch.tensor(1), torch.ones(3, 3))
    wide = torch.randn(2, 3, dtype=torch.float64)
    case("linalg_pinv", torch.linalg.pinv(wide), wide)
    case("linalg_norm", torch.linalg.norm(wide, 1, (0, 1)), wide, 1, [0, 1], 0)
    case("linalg_norm", torch.linalg.norm(wide, 2, (0, 1), True), wide, 2, [0, 1], 1)
    case("linalg_norm", torch.linalg.norm(wide, -INF, 1), wide, -INF, 1, 0)
    case("linalg_matrix_power", torch.linalg.matrix_power(square, 3), square, 3)
    case("linalg_matrix_power", torch.linalg.matrix_power(square, -1), square, -1)


def fourier(calls):
    case = calls.case
    real = torch.randn(3, 5)
    numbers = torch.randn(4, 3, dtype=torch.complex64)
    norms = {0: None, 1: "forward", 2: "backward", 3: "ortho"}
    for code, norm in norms.items():
        case("fft", torch.fft.fft(numbers, None, -1, norm), numbers, 0, -1, code)
        case("ifft", torch.fft.ifft(numbers, 6, 0, norm), numbers, 6, 0, code)
        case("rfft", torch.fft.rfft(real, 4, 1, norm), real, 4, 1, code)
        case("irfft", torch.fft.irfft(numbers, None, 0, norm), numbers, -1, 0, code)
        case("hfft", torch.fft.hfft(numbers, 5, -1, norm), numbers, 5, -1, code)
        case("ihfft", torch.fft.ihfft(real, None, -1, norm), real, 0, -1, code)
        case("fftn", torch.fft.fftn(real, None, (0, 1), norm), real, [0, 1], code)
        case("ifftn", torch.fft.ifftn(numbers, None, None, norm), numbers, None, code)
        case("rfftn", torch.fft.rfftn(real, None, (0, 1), norm), real, [0, 1], code)
        case("irfftn", torch.fft.irfftn(numbers, (4, 5), (0, 1), norm), numbers, [4, 5], [0, 1], code)
        case("fft2", torch.fft.fft2(real, None, (-2, -1), norm), real, code)
        case("ifft2", torch.fft.ifft2(numbers, None, (-2, -1), norm), numbers, code)
        case("rfft2", torch.fft.rfft2(real, None, (-2, -1), norm), real, code)
        case("irfft2", torch.fft.irfft2(numbers, (4, 5), (-2, -1), norm), numbers, [4, 5], code)
    case("fftshift", torch.fft.fftshift(real, 1), real, 1)
    case("fftshift", torch.fft.fftshift(real, -1), real, -1)
    case("ifftshift", torch.fft.ifftshift(real, 0), real, 0)
    case("fftshift_all", torch.fft.fftshift(real), real)
    case("ifftshift_all", torch.fft.ifftshift(real), real)
    case("fftfreq", torch.fft.fftfreq(5, 0.1), 5, 0.1, F32, 0)
    case("rfftfreq", torch.fft.rfftfreq(6, 2, dtype=torch.float64), 6, 2, F64, 0)
    a, b = torch.randn(3), torch.randn(3)
    case("complex", torch.complex(a, b), a, b)
    case("polar", torch.polar(a.abs(), b), a.abs(), b)
    pairs = torch.randn(3, 2)
    single = torch.view_as_complex(pairs)
    for name in ("real", "imag", "conj", "angle", "view_as_real"):
        case(name, getattr(torch, name)(single), single)
    case("view_as_complex", single, pairs)
    case("angle", torch.angle(a), a)
    case("real", a, a)


def shapes(calls, x):
    case = calls.case
    matrix = x[0]
    case("reshape", x.reshape(6, 4), x, [6, 4])
    case("reshape", x.reshape(-1), x, [-1])
    case("reshape", torch.tensor(3.0).reshape(1, 1), torch.tensor(3.0), [1, 1])
    case("view", x.view(4, -1), x, [4, -1])
    case("flatten", x.flatten(), x, 0, -1)
    case("flatten", x.flatten(1, 2), x, 1, 2)
    case("unflatten", x.unflatten(2, (2, -1)), x, 2, [2, -1])
    case("permute", x.permute(2, 0, 1), x, [2, 0, 1])
    case("transpose", x.transpose(0, -1), x, 0, -1)
    case("t", matrix.t(), matrix)
    case("t", x[0, 0], x[0, 0])
    case("movedim", x.movedim((0, 1), (-1, 0)), x, [0, 1], [-1, 0])
    one = torch.randn(1, 3, 1, 4)
    case("squeeze", one.squeeze(0), one, 0)
    case("squeeze", one.squeeze(-1), one, -1)
    case("squeeze", one.squeeze(2), one, 2)
    case("squeeze_all", one.squeeze(), one)
    case("unsqueeze", matrix.unsqueeze(0), matrix, 0)
    case("unsqueeze", matrix.unsqueeze(-1), matrix, -1)
    case("expand", one.expand(2, 3, 2, -1), one, [2, 3, 2, -1])
    case("expand", torch.ones(1).expand(0, 2), torch.ones(1), [0, 2])
    case("broadcast_to", torch.ones(3).broadcast_to(2, 3), torch.ones(3), [2, 3])
    case("repeat", matrix.repeat(2, 1, 2), matrix, [2, 1, 2])
    case("repeat", matrix.repeat(0, 1), matrix, [0, 1])
    case("tile", matrix.tile(2), matrix, [2])
    case("repeat_interleave", matrix.repeat_interleave(2, 0), matrix, 2, 0)
    case("cat", torch.cat([matrix, matrix[:1]], 0), [matrix, matrix[:1]], 0)
    case("cat", torch.cat([matrix, matrix.double()], -1), [matrix, matrix.double()], -1)
    case("stack", torch.stack([matrix, matrix + 1], 1), [matrix, matrix + 1], 1)
    case("chunk", x.chunk(3, 2), x, 3, 2)
    case("chunk", matrix.chunk(9, 0), matrix, 9, 0)
    case("chunk", torch.zeros(0, 2).chunk(3, 0), torch.zeros(0, 2), 3, 0)
    case("split", x.split(3, -1), x, 3, -1)
    case("split_sizes", x.split([1, 3], 2), x, [1, 3], 2)
    case("unbind", matrix.unbind(1), matrix, 1)
    case("meshgrid", torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij"),
         [torch.arange(2), torch.arange(3)])
    case("flip", x.flip(0, 2), x, [0, 2])
    case("roll", x.roll((1, -2), (0, 2)), x, [1, -2], [0, 2])
    case("roll", x.roll(5), x, [5], [])
    case("rot90", matrix.rot90(1, (0, 1)), matrix, 1, 0, 1)
    for diagonal in (-1, 0, 2, 100):
        case("tril", x.tril(diagonal), x, diagonal)
        case("triu", x.triu(diagonal), x, diagonal)
    for diagonal in (-1, 0, 1):
        case("diag", matrix.diag(diagonal), matrix, diagonal)
        case("diag", matrix[0].diag(diagonal), matrix[0], diagonal)
        case("diagonal", x.diagonal(diagonal, 0, 2), x, diagonal, 0, 2)
    case("contiguous", x, x)


def indexing(calls, x):
    case = calls.case
    matrix = x[0]
    rows, mask = torch.tensor([0, -1, 0]), matrix > 0
    def index(result, tensor, indices):
        case("index", result, tensor, indices)
    index(x[1], x, 1)
    index(x[-2], x, -2)
    index(matrix[rows], matrix, rows)
    index(matrix[rows.reshape(3, 1)], matrix, rows.reshape(3, 1))
    index(matrix[torch.tensor(1)], matrix, torch.tensor(1))
    index(matrix[rows.to(torch.int32)], matrix, rows.to(torch.int32))
    index(matrix[mask], matrix, mask)
    index(matrix[mask[:, 0]], matrix, mask[:, 0])
    index(x[:, mask], x, [":", mask])
    index(x[mask[:, 0][:2], 1:3], x, [mask[:, 0][:2], (1, 3)])
    index(x[torch.ones(2, 3, dtype=torch.bool), 1:3], x, [torch.ones(2, 3, dtype=torch.bool), (1, 3)])
    index(x[0, ..., 1], x, [0, "...", 1])
    index(x[..., ::2], x, ["...", (None, None, 2)])
    index(x[1:, :2, -1], x, [(1, None), (None, 2), -1])
    index(x[:, -100:100], x, [":", (-100, 100)])
    index(x[:, None, 0], x, [":", None, 0])
    index(matrix[None], matrix, None)
    index(matrix[[0, 2]], matrix, [[0, 2]])
    index(matrix[[0, 2], [1, 3]], matrix, [[0, 2], [1, 3]])
    index(matrix[[True, False, True]], matrix, [[True, False, True]])
    index(x[0, :, rows], x, [0, ":", rows])
    index(x[rows[:2], :, rows[:2]], x, [rows[:2], ":", rows[:2]])
    index(x[:, torch.tensor([[0], [2]]), torch.tensor([1, 3])], x,
          [":", torch.tensor([[0], [2]]), torch.tensor([1, 3])])
    index(matrix[torch.tensor(True)], matrix, torch.tensor(True))
    index(matrix[torch.tensor(False)], matrix, torch.tensor(False))
    index(matrix[torch.zeros(0, dtype=torch.int64)], matrix, torch.zeros(0, dtype=torch.int64))
    index(x[...], x, "...")
    index(matrix[0:0], matrix, (0, 0))

    def put(indices, python, values, accumulate=0):
        result = matrix.clone()
        if accumulate:
            result.index_put_(python, values, True)
        else:
            result[python] = values
        case("index_put_", result, matrix, indices, values, accumulate, inplace="x0", returns=1)

    put(1, 1, torch.tensor(7.0))
    put((0, 2), slice(0, 2), torch.tensor([[1.0, 2, 3, 4]]))
    put(rows, rows, torch.tensor(5.0))
    put(mask, mask, torch.tensor(-1.0))
    put([":", 1], (slice(None), 1), torch.tensor([1.0, 2, 3]))
    put(rows, (rows,), torch.ones(3, 4), 1)
    put([rows, [1, 1, 1]], (rows, torch.tensor([1, 1, 1])), torch.tensor([1.0, 2, 3]), 1)

    case("select", x.select(2, -1), x, 2, -1)
    case("narrow", x.narrow(1, 1, 2), x, 1, 1, 2)
    case("slice", x[:, :, 0:100:3], x, 2, 0, 100, 3)
    case("slice", x[-1:], x, 0, -1, 2**62, 1)
    case("index_select", x.index_select(1, torch.tensor([2, 0])), x, 1, torch.tensor([2, 0]))
    places = torch.tensor([[0, 1], [2, 0]])
    case("gather", matrix.gather(0, places), matrix, 0, places)
    source = torch.tensor([[10.0, 20], [30, 40]])
    case("scatter", matrix.scatter(1, places, source), matrix, 1, places, source)
    case("scatter_add", matrix.scatter_add(0, torch.tensor([[1, 1]]), source), matrix, 0,
         torch.tensor([[1, 1]]), source)
    case("scatter_value", matrix.scatter(1, places, 9.0), matrix, 1, places, 9)
    case("index_add", matrix.index_add(0, torch.tensor([1, 1]), matrix[:2]), matrix, 0,
         torch.tensor([1, 1]), matrix[:2])
    case("index_fill", matrix.index_fill(1, torch.tensor([0, 2]), -3.0), matrix, 1,
         torch.tensor([0, 2]), -3)
    case("masked_select", matrix.masked_select(mask), matrix, mask)
    case("masked_fill", matrix.masked_fill(mask, -INF), matrix, mask, -INF)
    case("masked_scatter", matrix.masked_scatter(mask, torch.arange(12.0)), matrix, mask,
         torch.arange(12.0))
    case("take", matrix.take(torch.tensor([[0, 11], [-1, 5]])), matrix, torch.tensor([[0, 11], [-1, 5]]))
    order = matrix.argsort(1)
    case("take_along_dim", matrix.take_along_dim(order, 1), matrix, order, 1)
    case("nonzero", mask.nonzero(), mask)
    case("nonzero_tuple", mask.nonzero(as_tuple=True), mask)
    case("nonzero", torch.tensor(3).nonzero(), torch.tensor(3))


def in_place(calls, x):
    def change(function, apply, tensor, *arguments):
        result = tensor.clone()
        apply(result)
        calls.case(function, result, tensor, *arguments, inplace="x0", returns=1)

    row = torch.tensor([1.0, -2, 0.5, 4])
    for name in ("add", "sub", "mul", "div"):
        change(f"{name}_", lambda t: getattr(t, f"{name}_")(row), x, row)
        change(f"{name}_scalar_", lambda t: getattr(t, f"{name}_")(2.5), x, 2.5)
    for name in ("neg", "abs", "exp", "sqrt"):
        change(f"{name}_", lambda t: getattr(t, f"{name}_")(), x)
    change("pow_", lambda t: t.pow_(2.0), x, 2)
    change("clamp_", lambda t: t.clamp_(-0.5, 0.5), x, -0.5, 0.5)
    change("fill_", lambda t: t.fill_(2.5), x, 2.5)
    change("fill_", lambda t: t.fill_(2.5), torch.tensor([1, 2]), 2.5)
    change("zero_", lambda t: t.zero_(), x)
    change("copy_", lambda t: t.copy_(row), x, row)
    change("copy_", lambda t: t.copy_(row[:2]), torch.tensor([1, 2]), row[:2])
    change("masked_fill_", lambda t: t.masked_fill_(x > 0, 3.0), x, x > 0, 3)


def conversion(calls, dtypes):
    x = torch.tensor([1.7, 0, 200.5])
    for number, dtype in enumerate(dtypes):
        calls.case("to_dtype", x.to(dtype), x, number)
        calls.case("to_dtype", x.to(dtype).double(), x.to(dtype), F64)


def main():
    torch.manual_seed(2)
    calls = Calls(FOLDER / "tensors.txt", "make_tensors.py")
    x, y = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
    creation(calls)
    reading(calls, x)
    arithmetic(calls, x, y)
    elementwise(calls, x[0])
    comparison(calls, x, y)
    reductions(calls, x)
    linear_algebra(calls)
    fourier(calls)
    shapes(calls, x)
    indexing(calls, x)
    in_place(calls, x)
    conversion(calls, DTYPES[:6])
    calls.case("to_device", x, x, 0)
    calls.case("to_cpu", x, x)
    calls.write()

    # The dtypes that the reader in C does not know.
    rare = Calls(FOLDER / "dtypes.txt", "make_tensors.py")
    conversion(rare, DTYPES[:10])
    for dtype in (torch.float16, torch.bfloat16, torch.complex128):
        a, b = torch.tensor([1.5, -2]).to(dtype), torch.tensor([0.25, 3]).to(dtype)
        rare.case("add", a + b, a, b)
        rare.case("div", a / b, a, b)
        rare.case("sum", a.sum(), a)
        rare.case("mul", a * torch.tensor(2.0), a, torch.tensor(2.0))
    rare.case("tensor", torch.tensor([1 + 2j], dtype=torch.complex128), [(1, 2)], C128, 0)
    rare.write()


main()
