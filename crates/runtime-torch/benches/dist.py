"""One rank of what benches/dist.rs measures, in Python: that starts it, with the environment of torchrun."""

import gc
import statistics
import time

import torch
import torch.distributed as dist
from torch import nn


def measure(name, rounds, calls, call):
    """Prints microseconds for a call on rank 0: the best of the rounds, and their median."""
    times = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        times.append((time.perf_counter() - begin) * 1e6 / calls)
    if dist.get_rank() == 0:
        print(f"{name}\t{min(times[1:])}\t{statistics.median_high(times[1:])}", flush=True)


def network():
    def conv(given, made):
        return [nn.Conv2d(given, made, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(*conv(1, 16), *conv(16, 32), nn.Flatten(), nn.Linear(128, 10))


def main():
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    for name, size, rounds, calls in [
        ("1 all_reduce of 4 B", 4, 40, 200),
        ("2 all_reduce of 24 kB, the gradients", 24_360, 40, 25),
        ("3 all_reduce of 1 MiB", 1 << 20, 40, 20),
        ("4 all_reduce of 64 MiB", 64 << 20, 9, 1),
    ]:
        tensor = torch.zeros(size // 4)
        measure(name, rounds, calls, lambda: dist.all_reduce(tensor))

    net = network()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.008)
    criterion = nn.CrossEntropyLoss()
    images, labels = torch.rand(16, 1, 8, 8), torch.randint(10, (16,))

    def step(forward):
        optimizer.zero_grad()
        criterion(forward(images), labels).backward()
        optimizer.step()

    measure("5 step of the digits network, alone", 40, 50, lambda: step(net))
    ddp = nn.parallel.DistributedDataParallel(net)
    measure("6 step under DDP", 40, 50, lambda: step(ddp))
    with ddp.no_sync():
        measure("7 step under DDP without reducing", 40, 50, lambda: step(ddp))
    # As oracle/check_dist.py says, the reducer must not be the last to let go of the group.
    del ddp
    gc.collect()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
