"""Writes model files as Python saves them, and what is in them.

    python oracle/make_files.py

Makes tests/fixtures/files/*.pt and *.safetensors, and beside them files.txt and file_dtypes.txt, which has
the dtypes that the tests in C do not read.
"""

import os
import pathlib

import safetensors.torch
import torch
from torch import nn

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
FILES = FOLDER / "files"

DTYPES = [
    torch.float32,
    torch.float64,
    torch.int32,
    torch.int64,
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.float16,
    torch.bfloat16,
    torch.complex64,
    torch.complex128,
]


class Code:
    """An object whose pickle calls a function."""

    def __reduce__(self):
        return os.system, ("echo this must not run",)


def dtypes():
    """A tensor of each dtype."""
    result = {}
    for dtype in DTYPES:
        name = str(dtype).removeprefix("torch.")
        if dtype.is_complex:
            result[name] = torch.tensor([1 - 2j, -0.5 + 3j], dtype=dtype)
        elif dtype.is_floating_point:
            result[name] = torch.tensor([[0.5, -1.25, 3.0], [float("inf"), 0.0, -2.0]], dtype=dtype)
        elif dtype == torch.bool:
            result[name] = torch.tensor([True, False, True])
        else:
            result[name] = torch.tensor([1, 2, 100], dtype=dtype)
    return result


def views():
    """Parts of storages, in every form."""
    base = torch.arange(24.0).reshape(2, 3, 4)
    complex_numbers = torch.tensor([1 + 2j, 3 - 4j])
    parameter = nn.Parameter(torch.tensor([1.5, -1.5]))
    leaf = torch.tensor([2.0, 4.0], requires_grad=True)
    return {
        "base": base,
        "row": base[1],
        "column": base[:, :, 2],
        "transposed": base.transpose(0, 2),
        "steps": base.reshape(-1)[1::5],
        "expanded": torch.tensor([7.0]).expand(3, 2),
        "number": torch.tensor(3.25),
        "empty": torch.empty(0),
        "empty_matrix": torch.empty(2, 0, 3),
        "empty_part": base[2:],
        "again": base,
        "parameter": parameter,
        "leaf": leaf,
        "conjugated": complex_numbers.conj(),
        "negated": torch.tensor([1 + 2j, 3 - 4j]).conj().imag,
        "channels_last": torch.arange(16.0).reshape(1, 2, 2, 4).contiguous(memory_format=torch.channels_last),
    }


def values():
    """What is no tensor."""
    return {
        "none": None,
        "true": True,
        "false": False,
        "ints": [0, 1, 255, 256, 65535, 65536, 2**31 - 1, -1, -(2**31), 2**31, 2**62, -(2**63), 2**63 - 1],
        "floats": [0.5, -1.5, 1e300, float("inf")],
        "texts": ["", "plain", "Grüße, 世界", "x" * 300],
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
        "nested": {"list": [[1], [[2]]], 3: "int key", (1, "a"): "tuple key", None: 0, 2.5: False},
        "size": torch.Size([2, 3]),
        "device": torch.device("cuda:1"),
        "dtype": torch.float16,
        "tensors": [torch.tensor([1.0]), {"inner": torch.tensor([2, 3])}],
    }


def network():
    """A network with buffers."""
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))


def main():
    """Writes all of it."""
    FILES.mkdir(exist_ok=True)
    torch.manual_seed(5)
    fixtures = Fixtures(FOLDER / "files.txt", "make_files.py")
    all_dtypes = Fixtures(FOLDER / "file_dtypes.txt", "make_files.py")

    def save(name, value, **options):
        torch.save(value, FILES / f"{name}.pt", **options)

    save("dtypes", dtypes())
    all_dtypes.case("dtypes", dtypes())
    save("views", views())
    fixtures.case("views", views())
    save("values", values())

    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        model(torch.randn(8, 3)).square().sum().backward()
        optimizer.step()
    save("network", model.state_dict())
    fixtures.case("network", dict(model.state_dict()))
    save("optimizer", optimizer.state_dict())
    state = optimizer.state_dict()["state"]
    fixtures.case("optimizer", {f"{key}.{name}": tensor for key, of in state.items() for name, tensor in of.items()})

    single = torch.arange(6.0).reshape(2, 3)
    save("single", single)
    save("protocol4", {"x": single, "n": 1}, pickle_protocol=4)
    fixtures.case("single", {"x": single})
    torch.serialization.set_crc32_options(False)
    save("no_checksums", {"x": single})
    torch.serialization.set_crc32_options(True)
    save("legacy", single, _use_new_zipfile_serialization=False)

    save("code", {"weight": single, "code": Code()})
    save("module", nn.Linear(1, 1))
    save("set", {1, 2})
    save("bytes", b"bytes")
    save("complex", 1 + 2j)
    save("large_int", 2**64)
    save("uint16", torch.tensor([1, 2], dtype=torch.uint16))
    save("float8", torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn))
    save("sparse", torch.eye(2).to_sparse())
    save("quantized", torch.quantize_per_tensor(single, 0.1, 0, torch.qint8))
    save("meta", torch.empty(2, device="meta"))
    torch.jit.script(nn.Linear(1, 1)).save(str(FILES / "script.pt"))

    plain = {name: tensor for name, tensor in dtypes().items() if name != "complex128"}
    plain |= {"number": torch.tensor(3.25), "empty": torch.empty(2, 0)}
    safetensors.torch.save_file(plain, FILES / "plain.safetensors", {"format": "pt", "by": "Python"})
    all_dtypes.case("safetensors", plain)
    safetensors.torch.save_file({"x": torch.ones(2).to(torch.float8_e4m3fn)}, FILES / "float8.safetensors")
    fixtures.write()
    all_dtypes.write()


if __name__ == "__main__":
    main()
