"""Writes fixtures: what PyTorch in Python computes, in a text that Rust and C read alike.

    case softmax            a case and its name
    attribute dim 1         arguments that are no tensors
    tensor x float32 2,3    a tensor: name, dtype, shape ("-" for a number), then its elements
    0.5 -1.25 ...           in order, as decimals that give the same number back
    end

The tests compare in the order of the file, so a case may hold inputs, results and gradients.
"""

import numpy
import torch

PINNED = "2.13.0"


class Fixtures:
    """One file of cases."""

    def __init__(self, path, script):
        version = torch.__version__.split("+")[0]
        if version != PINNED:
            raise SystemExit(f"the fixtures are PyTorch {PINNED}'s, and this is {version}")
        self.path = path
        self.lines = [f"# Written by oracle/{script} with PyTorch {PINNED}."]

    def case(self, name, tensors, **attributes):
        """One case: `tensors` is a dict in the order in which they are to be written."""
        self.lines.append(f"case {name}")
        for key, value in attributes.items():
            if isinstance(value, bool):
                value = int(value)
            if isinstance(value, (list, tuple)):
                value = ",".join(str(item) for item in value)
            self.lines.append(f"attribute {key} {value}")
        for key, tensor in tensors.items():
            self._tensor(key, tensor)
        self.lines.append("end")

    def _tensor(self, name, tensor):
        tensor = tensor.detach().cpu().resolve_conj().resolve_neg()
        dtype = str(tensor.dtype).removeprefix("torch.")
        shape = ",".join(str(size) for size in tensor.shape) or "-"
        self.lines.append(f"tensor {name} {dtype} {shape}")
        if tensor.is_complex():
            tensor = torch.view_as_real(tensor)
        flat = tensor.reshape(-1)
        if flat.dtype in (torch.float16, torch.bfloat16):
            flat = flat.float()
        words = [_word(element) for element in flat.numpy()]
        self.lines.append(" ".join(words))

    def write(self):
        """Writes the file."""
        with open(self.path, "w", encoding="ascii") as file:
            file.write("\n".join(self.lines) + "\n")
        print(f"{self.path}: {sum(line.startswith('case ') for line in self.lines)} cases")


def _word(element):
    if isinstance(element, (numpy.floating, float)):
        text = numpy.format_float_scientific(element, unique=True, trim="-")
        plain = numpy.format_float_positional(element, unique=True, trim="-")
        return min(plain, text, key=len)
    return str(int(element))
