"""What benches/train.rs measures, in Python: the eager loop with torch.nn and torch.optim."""

import time

import torch
from torch import nn

ROUNDS = 400
STEPS = 25


def best(rounds, calls, call):
    """Microseconds for a call, the best of the rounds."""
    shortest = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        shortest = min(shortest, time.perf_counter() - begin)
    return shortest / calls * 1e6


def convolution():
    return [nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]


def main():
    x, y = torch.randn(64, 64), torch.randint(10, (64,))
    for kind in ("SGD", "Adam", "AdamW", "RMSprop"):
        net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
        optimizer = getattr(torch.optim, kind)(net.parameters())
        criterion = nn.CrossEntropyLoss()

        def step():
            optimizer.zero_grad()
            criterion(net(x), y).backward()
            optimizer.step()

        whole = best(ROUNDS, STEPS, step)
        update = best(ROUNDS, STEPS, optimizer.step)
        print(f"{kind:8} step {whole:9.1f} us, of it the update {update:6.1f} us")

    image = torch.randn(4, 64, 56, 56)
    wanted = torch.zeros_like(image)
    net = nn.Sequential(*convolution(), *convolution())
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    criterion = nn.MSELoss()

    def step():
        optimizer.zero_grad()
        criterion(net(image), wanted).backward()
        optimizer.step()

    print(f"conv     step {best(20, 1, step):9.1f} us")


if __name__ == "__main__":
    main()
