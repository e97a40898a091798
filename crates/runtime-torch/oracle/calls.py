"""Cases that name a C function, its arguments and what it gives.

    case add                        the function, without its prefix
    attribute args $x0 2.5 [0,-1]   its arguments: a tensor, numbers, arrays, tuples, nil, strings
    tensor x0 float32 2             the tensors among them
    tensor out float32 2            the result; out0, out1 and so on of a tuple or an array
    attribute value 3               or the result that is a number

Arguments hold no spaces. `attribute inplace x0` says that the result is what became of x0.
"""

import torch

from fixtures import Fixtures


class Calls:
    """One file of such cases."""

    def __init__(self, path, script):
        self.file = Fixtures(path, script)

    def case(self, function, result, *arguments, **attributes):
        """A call of `function` that gives `result`."""
        tensors = {}
        words = [_literal(argument, tensors) for argument in arguments]
        if isinstance(result, torch.Tensor):
            tensors["out"] = result
        elif isinstance(result, (tuple, list)):
            for index, part in enumerate(result):
                tensors[f"out{index}"] = part
            attributes["results"] = len(result)
        else:
            attributes["value"] = result
        self.file.case(function, tensors, args=" ".join(words), **attributes)

    def gradients(self, function, apply, *arguments, **attributes):
        """A call of `function`, the sum of its result times weights, and the gradients of all of
        its floating arguments."""
        leaves = [_leaf(argument) for argument in arguments]
        result = apply(*leaves)
        weights = torch.linspace(-1, 2, result.numel(), dtype=result.dtype).reshape(result.shape)
        result.backward(weights)
        tensors = {}
        words = [_literal(leaf, tensors) for leaf in leaves]
        grads = {f"grad_{name}": leaf.grad for name, leaf in tensors.items() if leaf.requires_grad}
        tensors.update(out=result, weights=weights, **grads)
        self.file.case(function, tensors, args=" ".join(words), **attributes)

    def write(self):
        """Writes the file."""
        self.file.write()


def _leaf(argument):
    if isinstance(argument, torch.Tensor) and argument.is_floating_point():
        return argument.clone().requires_grad_()
    if isinstance(argument, list):
        return [_leaf(part) for part in argument]
    return argument


def _literal(argument, tensors):
    """How the argument is written."""
    if isinstance(argument, torch.Tensor):
        name = f"x{len(tensors)}"
        tensors[name] = argument
        return f"${name}"
    if argument is None:
        return "nil"
    if isinstance(argument, bool):
        return "true" if argument else "false"
    if isinstance(argument, str):
        return f'"{argument}"'
    if isinstance(argument, list):
        return "[" + ",".join(_literal(part, tensors) for part in argument) + "]"
    if isinstance(argument, tuple):
        return "(" + ",".join(_literal(part, tensors) for part in argument) + ")"
    return repr(argument)
