"""Checks that Python reads the model files that this crate writes, without running code, and that they are
what they should be.

    cargo run -p runtime-torch --features pytorch --example save_files -- FOLDER
    python oracle/check_files.py FOLDER
"""

import pathlib
import sys
import zipfile

import safetensors.torch
import safetensors
import torch
from torch import nn

DTYPES = "float32 float64 int32 int64 bool uint8 int8 int16 float16 bfloat16 complex64 complex128".split()


def counted(shape, dtype=torch.float32):
    """What the example fills its tensors with."""
    count = int(torch.Size(shape).numel())
    return torch.arange(count).to(dtype).reshape(shape)


def same(actual, expected):
    """Equal in every respect but the strides."""
    assert actual.dtype == expected.dtype and actual.shape == expected.shape, (actual, expected)
    assert torch.equal(actual, expected), (actual, expected)


def main():
    """Every file of the folder."""
    folder = pathlib.Path(sys.argv[1])
    load = lambda name: torch.load(folder / name, weights_only=True)

    for path in sorted(folder.glob("*.pt")):
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            for entry in archive.infolist():
                with archive.open(entry) as record:
                    start = record._orig_compress_start
                assert entry.compress_type == zipfile.ZIP_STORED
                assert start % 64 == 0 or "/data/" not in entry.filename, (path, entry)
        torch.load(path, weights_only=True, mmap=True)

    same(load("single.pt"), counted([2, 3]))
    dtypes = load("dtypes.pt")
    assert list(dtypes) == [str(number) for number in range(12)]
    for number, name in enumerate(DTYPES):
        same(dtypes[str(number)], counted([2, 3], getattr(torch, name)))

    views = load("views.pt")
    base = counted([2, 3, 4])
    for name, expected in {
        "base": base,
        "row": base[1],
        "transposed": base.transpose(0, 2),
        "again": base,
        "expanded": torch.tensor(7.0).expand(3, 2),
        "number": torch.tensor(3.25, dtype=torch.float64),
        "empty": torch.empty(2, 0, 3),
        "conjugated": torch.complex(counted([3]), -counted([3])),
    }.items():
        same(views[name], expected)
    assert views["base"] is views["again"]
    assert views["base"].untyped_storage().data_ptr() == views["row"].untyped_storage().data_ptr()
    assert views["transposed"].stride() == (1, 4, 12) and views["expanded"].stride() == (0, 0)
    assert views["leaf"].requires_grad and not views["base"].requires_grad
    views["row"].zero_()
    assert views["base"][1].abs().sum() == 0

    assert load("values.pt") == {
        "ints": [0, 255, 256, 65535, 65536, -1, -(2**31), 2**31, -(2**63), 2**63 - 1],
        "floats": [-1.5, float("inf")],
        "texts": ["", "Grüße, 世界", "x" * 300],
        "tuples": [tuple(range(count)) for count in range(5)],
        "keys": {3: "int", (1, "a"): "tuple", None: 0.5, 2.5: False, True: None},
        "empty": ([], {}),
    }

    layer = nn.Linear(3, 2)
    layer.load_state_dict(load("network.pt"))
    adam = torch.optim.Adam(layer.parameters())
    adam.load_state_dict(load("optimizer.pt"))
    assert adam.state[layer.weight]["step"].item() == 3
    layer(torch.ones(1, 3)).sum().backward()
    adam.step()
    assert adam.state[layer.bias]["step"].item() == 4

    plain = safetensors.torch.load_file(folder / "plain.safetensors")
    for number, name in enumerate(DTYPES[:-1]):
        same(plain[str(number)], counted([2, 3], getattr(torch, name)))
    same(plain["number"], torch.tensor(3.25))
    same(plain["empty"], torch.empty(2, 0))
    same(plain["transposed"], counted([2, 3]).T)
    with safetensors.safe_open(folder / "plain.safetensors", "pt") as file:
        assert file.metadata() == {"by": "Rust"}
    print("the files are as they should be")


if __name__ == "__main__":
    main()
