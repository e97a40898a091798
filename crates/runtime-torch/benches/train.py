"""What benches/train.rs measures, in Python: the eager loop with torch.nn and torch.optim."""

import time

import torch
from torch import nn

ROUNDS = 400
STEPS = 25


def main():
    x, y = torch.randn(64, 64), torch.randint(10, (64,))
    for kind in ("SGD", "Adam", "AdamW", "RMSprop"):
        net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
        optimizer = getattr(torch.optim, kind)(net.parameters())
        criterion = nn.CrossEntropyLoss()
        whole = update = float("inf")
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            for _ in range(STEPS):
                optimizer.zero_grad()
                criterion(net(x), y).backward()
                optimizer.step()
            whole = min(whole, time.perf_counter() - begin)
            begin = time.perf_counter()
            for _ in range(STEPS):
                optimizer.step()
            update = min(update, time.perf_counter() - begin)
        print(f"{kind:8} step {whole / STEPS * 1e6:7.1f} us, "
              f"of it the update {update / STEPS * 1e6:6.1f} us")


if __name__ == "__main__":
    main()
