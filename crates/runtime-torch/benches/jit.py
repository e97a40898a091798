"""What benches/jit.rs measures, with Python's torch.jit."""

import time

import torch
from torch import nn


def convolution(channels, maps):
    return [nn.Conv2d(channels, maps, 3), nn.ReLU(), nn.MaxPool2d(2)]


def main():
    torch.set_num_threads(1)
    net = nn.Sequential(*convolution(1, 16), *convolution(16, 32), nn.Flatten(), nn.Linear(32 * 25, 10)).eval()
    for batch in (1, 64):
        image = torch.randn(batch, 1, 28, 28)
        traced = torch.jit.trace(net, image)
        with torch.no_grad():
            for name, module in (("traced", traced), ("frozen", torch.jit.freeze(traced))):
                for _ in range(50):
                    module(image)
                calls = 50 if batch == 1 else 2
                best = float("inf")
                for _ in range(200):
                    begin = time.perf_counter()
                    for _ in range(calls):
                        module(image)
                    best = min(best, (time.perf_counter() - begin) / calls)
                print(f"{name}, batch {batch:2}: {best * 1e6:8.1f} us")


if __name__ == "__main__":
    main()
