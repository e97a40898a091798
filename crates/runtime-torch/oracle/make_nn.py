"""Writes tests/fixtures/nn*.txt: what PyTorch's modules are initialised to, compute and learn.

Each case is a class with options. Attributes:

    class Conv2d            the class
    options stride:i:2 …    name:type:value, type i int, f float, b bool, s text, t ints, n None
    seed 3                  the seed before the module is made, and again before it is run
    train 1                 the mode
    repr …                  Python's text, with "|" for line ends
    forward need_weights:b:0 …  keyword arguments that are no tensors

Tensors: param.NAME as initialised (also buffers, in the order of state_dict), input.N (grad when they are
floats), mask.NAME (tensors among the keyword arguments), output.N, gradient.N (what is propagated back from
output.N), grad.input.N, grad.param.NAME, buffer.NAME after the run.
"""

import os
import sys

import torch
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fixtures import Fixtures  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "fixtures")
torch.set_num_threads(1)


def option_text(options):
    """The options as the tests read them."""
    words = []
    for name, value in options.items():
        if value is None:
            words.append(f"{name}:n:")
        elif isinstance(value, bool):
            words.append(f"{name}:b:{int(value)}")
        elif isinstance(value, int):
            words.append(f"{name}:i:{value}")
        elif isinstance(value, float):
            words.append(f"{name}:f:{value!r}")
        elif isinstance(value, str):
            words.append(f"{name}:s:{value}")
        else:
            words.append(f"{name}:t:" + ",".join("None" if v is None else str(v) for v in value))
    return " ".join(words)


class Cases(Fixtures):
    """A file of modules."""

    def __init__(self, name):
        super().__init__(os.path.join(FOLDER, name), "make_nn.py")
        self.count = 0

    def module(self, class_name, inputs, options=None, train=True, forward=None, masks=None, label=None,
               make=None):
        """One case. `inputs` are shapes, or tensors where floats will not do."""
        self.count += 1
        seed = self.count
        options = options or {}
        forward, masks = forward or {}, masks or {}
        torch.manual_seed(1000 + seed)
        tensors = [x if isinstance(x, torch.Tensor) else torch.randn(*x) for x in inputs]
        for x in tensors:
            x.requires_grad_(x.is_floating_point())
        torch.manual_seed(seed)
        module = make() if make else getattr(nn, class_name)(**options)
        module.train(train)
        parts = {f"param.{name}": tensor.clone() for name, tensor in module.state_dict().items()}
        parts.update({f"input.{i}": x for i, x in enumerate(tensors)})
        parts.update({f"mask.{name}": mask for name, mask in masks.items()})
        given = [x.clone() if options.get("inplace") else x for x in tensors]
        if class_name in ("LSTM", "LSTMCell") and len(given) > 1:
            given = [given[0], (given[1], given[2])]
        torch.manual_seed(seed)
        output = module(*given, **forward, **masks)
        outputs = flatten(output)
        parts.update({f"output.{i}": out.clone() for i, out in enumerate(outputs)})
        learned = [out for out in outputs if out.requires_grad]
        gradients = [torch.randn(out.shape, dtype=out.dtype) for out in learned]
        if learned:
            torch.autograd.backward(learned, gradients)
            at = [i for i, out in enumerate(outputs) if out.requires_grad]
            parts.update({f"gradient.{i}": g for i, g in zip(at, gradients)})
        parts.update({f"grad.input.{i}": x.grad for i, x in enumerate(tensors) if x.grad is not None})
        for name, parameter in module.named_parameters():
            if parameter.grad is not None:
                gradient = parameter.grad
                parts[f"grad.param.{name}"] = gradient.to_dense() if gradient.is_sparse else gradient
        parts.update({f"buffer.{name}": buffer for name, buffer in module.named_buffers()})
        attributes = {"class": class_name, "options": option_text(options), "seed": seed, "train": train}
        if forward:
            attributes["forward"] = option_text(forward)
        attributes["repr"] = repr(module).replace("\n", "|")
        self.case(f"{class_name}_{label or seed}", parts, **attributes)


def flatten(output):
    """All tensors of a result, in order."""
    if isinstance(output, torch.Tensor):
        return [output]
    return [tensor for part in output if part is not None for tensor in flatten(part)]


def ints(*shape, high):
    return torch.randint(0, high, shape, generator=torch.Generator().manual_seed(5))


def simple():
    """Linear layers, shapes, activations, dropout, embeddings."""
    f = Cases("nn_simple.txt")
    f.module("Linear", [(3, 4)], dict(in_features=4, out_features=5))
    f.module("Linear", [(2, 3, 4)], dict(in_features=4, out_features=2, bias=False))
    f.module("Linear", [(20,)], dict(in_features=20, out_features=17))
    f.module("Bilinear", [(3, 4), (3, 2)], dict(in1_features=4, in2_features=2, out_features=3))
    f.module("Bilinear", [(3, 4), (3, 2)], dict(in1_features=4, in2_features=2, out_features=3, bias=False))
    f.module("Identity", [(2, 3)])
    f.module("Flatten", [(2, 3, 4)])
    f.module("Flatten", [(2, 3, 4)], dict(start_dim=0, end_dim=1))
    f.module("Unflatten", [(2, 6)], dict(dim=1, unflattened_size=(2, 3)))
    for name in ("ReLU ReLU6 Sigmoid Tanh GELU SiLU Mish LeakyReLU ELU SELU CELU Softplus Softsign Hardtanh "
                 "Hardswish Hardsigmoid GLU LogSigmoid Hardshrink Softshrink Tanhshrink RReLU PReLU").split():
        f.module(name, [torch.randn(4, 6) * 3])
    for name in "Softmax LogSoftmax Softmin".split():
        f.module(name, [(3, 4)], dict(dim=1))
        f.module(name, [(3, 4)], dict(dim=-2))
        f.module(name, [(2, 3, 4)], dict(dim=None))
    f.module("Softmax2d", [(2, 3, 2, 2)])
    edges = torch.tensor([-6.0, -3.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0, 6.0, 25.0, 100.0, -100.0])
    for name in "ReLU ReLU6 Hardtanh Hardswish Hardsigmoid Softplus ELU GELU LogSigmoid Mish SiLU".split():
        f.module(name, [edges.clone()], label=f"edges_{name}")
    f.module("GELU", [(3, 4)], dict(approximate="tanh"))
    f.module("LeakyReLU", [(3, 4)], dict(negative_slope=1.5))
    f.module("ELU", [(3, 4)], dict(alpha=0.7))
    f.module("CELU", [(3, 4)], dict(alpha=2.5))
    f.module("Softplus", [(3, 4)], dict(beta=3.0, threshold=1.0))
    f.module("Hardtanh", [(3, 4)], dict(min_val=-0.5, max_val=0.25))
    f.module("Hardshrink", [(3, 4)], dict(lambd=0.2))
    f.module("Softshrink", [(3, 4)], dict(lambd=0.2))
    f.module("Threshold", [(3, 4)], dict(threshold=0.1, value=20.0))
    f.module("GLU", [(4, 6)], dict(dim=0))
    f.module("RReLU", [(3, 4)], dict(lower=0.1, upper=0.9))
    f.module("RReLU", [(3, 4)], dict(lower=0.1, upper=0.9), train=False)
    f.module("PReLU", [(2, 3, 4)], dict(num_parameters=3, init=0.1))
    for name in "ReLU ReLU6 LeakyReLU ELU CELU SELU SiLU Mish Hardtanh Hardswish Hardsigmoid RReLU".split():
        f.module(name, [(3, 4)], dict(inplace=True))
    f.module("Threshold", [(3, 4)], dict(threshold=0.1, value=20.0, inplace=True))
    f.module("Dropout", [(4, 8)])
    f.module("Dropout", [(4, 8)], dict(p=0.3), train=False)
    f.module("Dropout", [(4, 8)], dict(p=0.3, inplace=True))
    f.module("Dropout", [(4, 8)], dict(p=1.0))
    f.module("Dropout1d", [(3, 4, 5)])
    f.module("Dropout1d", [(4, 5)])
    f.module("Dropout2d", [(2, 4, 3, 3)], dict(p=0.4))
    f.module("Dropout2d", [(4, 3, 3)])
    f.module("Dropout3d", [(2, 4, 2, 2, 2)])
    f.module("Dropout3d", [(4, 2, 2, 2)])
    f.module("AlphaDropout", [(4, 8)], dict(p=0.2))
    f.module("FeatureAlphaDropout", [(4, 8, 2)], dict(p=0.2))
    f.module("Embedding", [ints(2, 3, high=5)], dict(num_embeddings=5, embedding_dim=3))
    f.module("Embedding", [ints(6, high=5)], dict(num_embeddings=5, embedding_dim=3, padding_idx=1))
    f.module("Embedding", [ints(6, high=5)], dict(num_embeddings=5, embedding_dim=3, padding_idx=-1))
    f.module("Embedding", [ints(6, high=5)], dict(num_embeddings=5, embedding_dim=3, max_norm=0.8))
    f.module("Embedding", [ints(6, high=5)], dict(num_embeddings=5, embedding_dim=3, max_norm=1.0, norm_type=1.0,
                                                scale_grad_by_freq=True))
    f.module("Embedding", [ints(4, high=5)], dict(num_embeddings=5, embedding_dim=3, sparse=True))
    f.module("CosineSimilarity", [(3, 4), (3, 4)])
    f.module("CosineSimilarity", [(3, 4), (3, 4)], dict(dim=0))
    f.module("PairwiseDistance", [(3, 4), (3, 4)])
    f.module("PairwiseDistance", [(3, 4), (3, 4)], dict(p=1.0, keepdim=True))
    f.write()


def convolutions():
    """Convolutions."""
    f = Cases("nn_conv.txt")
    spatial = {1: (7,), 2: (5, 4), 3: (3, 3, 4)}
    for dims, size in spatial.items():
        base = dict(in_channels=2, out_channels=2, kernel_size=3 if dims < 3 else 2)
        name, shape = f"Conv{dims}d", (2 if dims < 3 else 1, 2, *size)
        f.module(name, [shape], base)
        f.module(name, [shape[1:]], {**base, "padding": 1, "stride": 2})
        f.module(name, [shape], {**base, "padding": "same", "bias": False})
        f.module(name, [shape], {**base, "groups": 2, "dilation": 2, "padding": 2})
        for mode in ("reflect", "replicate", "circular"):
            f.module(name, [shape], {**base, "padding": 1, "padding_mode": mode})
        f.module(f"ConvTranspose{dims}d", [shape], base)
        f.module(f"ConvTranspose{dims}d", [shape], {**base, "stride": 2, "padding": 1, "output_padding": 1,
                                                  "groups": 2, "dilation": 2, "bias": False})
    base = dict(in_channels=2, out_channels=2, kernel_size=3)
    f.module("Conv2d", [(1, 3, 6, 5)], dict(in_channels=3, out_channels=2, kernel_size=(3, 2), stride=(2, 1),
                                            padding=(1, 0), dilation=(1, 2)))
    f.module("Conv2d", [(1, 2, 6, 5)], {**base, "padding": "same", "kernel_size": (2, 4), "padding_mode": "circular"})
    f.module("Conv2d", [(1, 2, 6, 5)], {**base, "padding": "valid"})
    f.module("ConvTranspose2d", [(1, 2, 3, 3)], {**base, "stride": 3}, forward=dict(output_size=(10, 11)))
    f.write()


def planes():
    """Pools, padding, resizing."""
    f = Cases("nn_pool.txt")
    for dims, size in {1: (9,), 2: (6, 5), 3: (4, 3, 4)}.items():
        shape = (2 if dims < 3 else 1, 2, *size)
        f.module(f"MaxPool{dims}d", [shape], dict(kernel_size=2))
        f.module(f"MaxPool{dims}d", [shape], dict(kernel_size=3, stride=2, padding=1, ceil_mode=True))
        f.module(f"MaxPool{dims}d", [shape[1:]], dict(kernel_size=2, stride=1, dilation=2, return_indices=True))
        f.module(f"AvgPool{dims}d", [shape], dict(kernel_size=2))
        f.module(f"AvgPool{dims}d", [shape], dict(kernel_size=3, stride=2, padding=1, ceil_mode=True,
                                                count_include_pad=False))
        f.module(f"LPPool{dims}d", [torch.rand(*shape) + 0.1], dict(norm_type=2.0, kernel_size=2))
        f.module(f"AdaptiveAvgPool{dims}d", [shape], dict(output_size=3))
        f.module(f"AdaptiveMaxPool{dims}d", [shape], dict(output_size=3))
        f.module(f"AdaptiveMaxPool{dims}d", [shape[1:]], dict(output_size=2, return_indices=True))
    f.module("LPPool2d", [torch.rand(1, 2, 4, 4) + 0.1], dict(norm_type=3.0, kernel_size=(2, 3), stride=(1, 1),
                                                            ceil_mode=True))
    f.module("MaxPool2d", [(1, 2, 6, 7)], dict(kernel_size=(2, 3), stride=(1, 2), padding=(0, 1)))
    f.module("AvgPool2d", [(1, 2, 6, 7)], dict(kernel_size=(2, 3), divisor_override=4))
    f.module("AdaptiveAvgPool2d", [(1, 2, 6, 7)], dict(output_size=(None, 3)))
    f.module("AdaptiveAvgPool2d", [(2, 6, 7)], dict(output_size=(1, 1)))
    for dims, size in {1: (5,), 2: (4, 5), 3: (3, 4, 3)}.items():
        shape = (1, 2, *size)
        for fill in "Zero Reflection Replication Circular".split():
            f.module(f"{fill}Pad{dims}d", [shape], dict(padding=1))
        f.module(f"ConstantPad{dims}d", [shape], dict(padding=(1, 2) * dims, value=3.5))
    f.module("ZeroPad2d", [(1, 2, 4, 5)], dict(padding=(1, -1, 0, 2)))
    f.module("Upsample", [(1, 2, 4)], dict(scale_factor=2.0))
    f.module("Upsample", [(1, 2, 3, 4)], dict(size=(5, 6)))
    f.module("Upsample", [(1, 2, 2, 3, 2)], dict(scale_factor=1.5))
    f.module("Upsample", [(1, 2, 3, 4)], dict(scale_factor=1.7, mode="nearest-exact"))
    f.module("Upsample", [(1, 2, 4)], dict(scale_factor=2.5, mode="linear"))
    f.module("Upsample", [(1, 2, 3, 4)], dict(scale_factor=2.0, mode="bilinear", align_corners=True))
    f.module("Upsample", [(1, 2, 3, 4)], dict(scale_factor=1.3, mode="bilinear"))
    f.module("Upsample", [(1, 2, 3, 4)], dict(scale_factor=1.3, mode="bilinear", recompute_scale_factor=True))
    f.module("Upsample", [(1, 2, 3, 4)], dict(size=5, mode="bicubic"))
    f.module("Upsample", [(1, 1, 2, 3, 2)], dict(size=(3, 3, 3), mode="trilinear"))
    f.module("Upsample", [(1, 2, 3, 4)], dict(size=2, mode="area"))
    f.module("UpsamplingNearest2d", [(1, 2, 3, 4)], dict(scale_factor=2.0))
    f.module("UpsamplingBilinear2d", [(1, 2, 3, 4)], dict(size=(4, 4)))
    f.module("PixelShuffle", [(1, 8, 2, 3)], dict(upscale_factor=2))
    f.module("PixelUnshuffle", [(1, 2, 4, 6)], dict(downscale_factor=2))
    f.module("ChannelShuffle", [(1, 6, 2, 2)], dict(groups=3))
    f.write()


def norms():
    """Norms."""
    f = Cases("nn_norm.txt")
    for dims, size in {1: (5,), 2: (3, 4), 3: (2, 3, 2)}.items():
        shape = (3, 4, *size)
        f.module(f"BatchNorm{dims}d", [shape], dict(num_features=4))
        f.module(f"BatchNorm{dims}d", [shape], dict(num_features=4), train=False)
        f.module(f"BatchNorm{dims}d", [shape], dict(num_features=4, momentum=None, eps=1e-3))
        f.module(f"BatchNorm{dims}d", [shape], dict(num_features=4, affine=False, momentum=0.3))
        f.module(f"BatchNorm{dims}d", [shape], dict(num_features=4, track_running_stats=False))
        f.module(f"BatchNorm{dims}d", [shape], dict(num_features=4, track_running_stats=False), train=False)
        f.module(f"InstanceNorm{dims}d", [shape], dict(num_features=4))
        f.module(f"InstanceNorm{dims}d", [shape[1:]], dict(num_features=4, affine=True))
        f.module(f"InstanceNorm{dims}d", [shape], dict(num_features=4, affine=True, track_running_stats=True))
        f.module(f"InstanceNorm{dims}d", [shape], dict(num_features=4, track_running_stats=True), train=False)
    f.module("BatchNorm1d", [(6, 4)], dict(num_features=4))
    f.module("BatchNorm1d", [(6, 4)], dict(num_features=4, bias=False))
    f.module("LayerNorm", [(3, 5)], dict(normalized_shape=5))
    f.module("LayerNorm", [(3, 4, 5)], dict(normalized_shape=(4, 5), eps=1e-3))
    f.module("LayerNorm", [(3, 4, 5)], dict(normalized_shape=(5,), elementwise_affine=False))
    f.module("LayerNorm", [(3, 5)], dict(normalized_shape=5, bias=False))
    f.module("RMSNorm", [(3, 5)], dict(normalized_shape=5))
    f.module("RMSNorm", [(3, 4, 5)], dict(normalized_shape=(4, 5), eps=1e-3, elementwise_affine=False))
    f.module("GroupNorm", [(2, 6, 5)], dict(num_groups=3, num_channels=6))
    f.module("GroupNorm", [(2, 6, 3, 2)], dict(num_groups=2, num_channels=6, affine=False))
    f.module("GroupNorm", [(2, 6, 5)], dict(num_groups=1, num_channels=6, eps=0.1, bias=False))
    f.module("LocalResponseNorm", [(2, 5, 4)], dict(size=3))
    f.module("LocalResponseNorm", [(2, 5, 3, 2)], dict(size=2, alpha=0.1, beta=0.5, k=2.0))
    f.write()


def recurrent():
    """Recurrent layers and cells."""
    f = Cases("nn_recurrent.txt")
    base = dict(input_size=3, hidden_size=4)
    for name in ("RNN", "LSTM", "GRU"):
        states = 2 if name == "LSTM" else 1
        f.module(name, [(5, 2, 3)], base)
        f.module(name, [(5, 3)] + [(1, 4)] * states, base)
        f.module(name, [(5, 2, 3)] + [(4, 2, 4)] * states, {**base, "num_layers": 2, "bidirectional": True})
        f.module(name, [(2, 5, 3)], {**base, "num_layers": 3, "batch_first": True, "bias": False})
        f.module(name, [(5, 2, 3)], {**base, "num_layers": 2, "dropout": 0.5})
        f.module(name, [(5, 2, 3)], {**base, "num_layers": 2, "dropout": 0.5}, train=False)
        f.module(name, [(2, 5, 3)] + [(2, 2, 4)] * states, {**base, "batch_first": True, "bidirectional": True})
        f.module(name + "Cell", [(2, 3)], base)
        f.module(name + "Cell", [(2, 3)] + [(2, 4)] * states, {**base, "bias": False})
        f.module(name + "Cell", [(3,)] + [(4,)] * states, base)
    f.module("RNN", [(5, 2, 3)], {**base, "nonlinearity": "relu", "num_layers": 2})
    f.module("RNNCell", [(2, 3)], {**base, "nonlinearity": "relu"})
    f.module("LSTM", [(5, 2, 3)], {**base, "proj_size": 2, "num_layers": 2, "bidirectional": True})
    f.module("LSTM", [(5, 2, 3), (1, 2, 2), (1, 2, 4)], {**base, "proj_size": 2, "bias": False})
    f.write()


def attention():
    """Attention."""
    f = Cases("nn_attention.txt")
    base = dict(embed_dim=4, num_heads=2)
    generator = torch.Generator().manual_seed(7)
    hidden = torch.rand(4, 5, generator=generator) > 0.7
    added = torch.randn(4, 5, generator=generator)
    padding = torch.tensor([[False] * 5, [False, False, False, True, True]])
    cross = [(4, 2, 4), (5, 2, 4), (5, 2, 4)]
    name = "MultiheadAttention"
    f.module(name, cross, base)
    f.module(name, cross, base, forward=dict(need_weights=False))
    f.module(name, cross, base, forward=dict(average_attn_weights=False))
    f.module(name, [(4, 4), (5, 4), (5, 4)], base)
    f.module(name, [(2, 4, 4), (2, 5, 4), (2, 5, 4)], {**base, "batch_first": True, "bias": False})
    f.module(name, [(2, 4, 4), (2, 5, 3), (2, 5, 2)], {**base, "batch_first": True, "kdim": 3, "vdim": 2})
    f.module(name, cross, {**base, "add_bias_kv": True, "add_zero_attn": True})
    f.module(name, cross, {**base, "dropout": 0.4})
    f.module(name, cross, {**base, "dropout": 0.4}, forward=dict(need_weights=False))
    f.module(name, cross, {**base, "dropout": 0.4}, train=False)
    for needed in (True, False):
        keywords = dict(need_weights=needed)
        f.module(name, cross, base, forward=keywords, masks=dict(attn_mask=hidden))
        f.module(name, cross, base, forward=keywords, masks=dict(attn_mask=added))
        f.module(name, cross, base, forward=keywords, masks=dict(key_padding_mask=padding))
        f.module(name, cross, base, forward=keywords, masks=dict(attn_mask=hidden, key_padding_mask=padding))
        f.module(name, cross, {**base, "add_bias_kv": True, "add_zero_attn": True}, forward=keywords,
                 masks=dict(attn_mask=hidden, key_padding_mask=padding))
        f.module(name, cross, base, forward=keywords,
                 masks=dict(attn_mask=torch.randn(4, 4, 5, generator=generator)))
    causal = nn.Transformer.generate_square_subsequent_mask(4)
    f.module(name, [(4, 2, 4)] * 3, base, forward=dict(need_weights=False, is_causal=True), masks=dict(attn_mask=causal))
    f.write()


def transformers():
    """Transformers and their layers."""
    f = Cases("nn_transformer.txt")
    generator = torch.Generator().manual_seed(7)
    causal = nn.Transformer.generate_square_subsequent_mask(4)
    hidden = torch.rand(4, 5, generator=generator) > 0.7
    padding = torch.tensor([[False] * 5, [False, False, False, True, True]])
    layer = dict(d_model=4, nhead=2, dim_feedforward=3)
    for options in ({}, {"norm_first": True, "activation": "gelu"}, {"batch_first": True, "bias": False},
                    {"dropout": 0.3, "layer_norm_eps": 1e-3}):
        for train in (True, False):
            options = {"dropout": 0.0, **layer, **options}
            shape = (2, 4, 4) if options.get("batch_first") else (4, 2, 4)
            f.module("TransformerEncoderLayer", [shape], options, train=train)
            f.module("TransformerDecoderLayer", [shape, shape], options, train=train)
    none = {"dropout": 0.0, **layer}
    left = torch.tensor([[False] * 4, [False, False, True, True]])
    f.module("TransformerEncoderLayer", [(4, 2, 4)], none, masks=dict(src_mask=causal))
    f.module("TransformerEncoderLayer", [(4, 2, 4)], none,
             masks=dict(src_mask=causal.isinf(), src_key_padding_mask=left))
    f.module("TransformerDecoderLayer", [(4, 2, 4), (5, 2, 4)], none,
             masks=dict(tgt_mask=causal, memory_mask=hidden, memory_key_padding_mask=padding))
    f.module("TransformerDecoderLayer", [(4, 2, 4), (5, 2, 4)], none,
             masks=dict(tgt_mask=causal.isinf(), tgt_key_padding_mask=left))
    f.write()
    f = Cases("nn_stacks.txt")
    small = dict(d_model=2, nhead=2, num_encoder_layers=2, num_decoder_layers=2, dim_feedforward=3)
    f.module("Transformer", [(3, 2, 2), (4, 2, 2)], {**small, "dropout": 0.0}, masks=dict(tgt_mask=causal))
    f.module("Transformer", [(2, 3, 2), (2, 4, 2)], {**small, "dropout": 0.2, "batch_first": True, "norm_first": True,
                                                    "activation": "gelu"})
    f.write()


def functions():
    """torch.nn.init, for seeds."""
    f = Fixtures(os.path.join(FOLDER, "init.txt"), "make_nn.py")
    calls = {
        "xavier_uniform_": [{"gain": 1.0}, {"gain": 2.5}],
        "xavier_normal_": [{"gain": 1.0}, {"gain": 0.5}],
        "kaiming_uniform_": [{"a": 0.0}, {"a": 2.0, "mode": "fan_out"}, {"nonlinearity": "relu"},
                             {"nonlinearity": "tanh"}],
        "kaiming_normal_": [{"a": 0.0}, {"a": 1.0, "mode": "fan_out"}, {"nonlinearity": "selu"}],
        "constant_": [{"val": 1.5}],
        "orthogonal_": [{"gain": 1.0}, {"gain": 2.0}],
        "trunc_normal_": [{"mean": 0.0, "std": 1.0, "a": -2.0, "b": 2.0}, {"mean": 0.0, "std": 1.0, "a": -0.2, "b": 0.1},
                          {"mean": 3.0, "std": 0.5, "a": 0.0, "b": 2.0}],
        "uniform_": [{"a": -1.0, "b": 3.0}],
        "normal_": [{"mean": 2.0, "std": 0.5}],
        "eye_": [{}],
        "sparse_": [{"sparsity": 0.4, "std": 0.1}],
        "dirac_": [{"groups": 1}, {"groups": 2}],
    }
    flat_only = ("eye_", "sparse_")
    for name, options in calls.items():
        for at, keywords in enumerate(options):
            shapes = [(4, 3), (3, 6)] if name in flat_only else [(4, 2, 3), (6, 4, 2, 2)]
            if name not in flat_only and name != "dirac_":
                shapes += [(20, 10)]
            for shape in shapes:
                torch.manual_seed(11)
                tensor = torch.empty(*shape)
                getattr(nn.init, name)(tensor, **keywords)
                label = f"{name}{at}_{'x'.join(map(str, shape))}"
                f.case(label, {"result": tensor}, function=name, options=option_text(keywords), shape=shape, seed=11)
    f.write()


if __name__ == "__main__":
    torch.manual_seed(0)
    simple()
    convolutions()
    planes()
    norms()
    recurrent()
    attention()
    transformers()
    functions()
