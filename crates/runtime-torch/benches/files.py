"""What benches/files.rs measures, in Python, on the files that it gives: torch.load without mmap,
safetensors, torch.save (and a sync of the file, which ours makes too)."""

import os
import sys
import time

import safetensors.torch
import torch

ROUNDS = 7


def best(what, run):
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - begin)
        del result
    print(f"{what:24} {min(times) * 1e3:8.1f} ms")


def copied(tensors):
    return {name: tensor.clone() for name, tensor in tensors.items()}


def main():
    archive, plain, again = sys.argv[1:]
    best("Python, torch.load", lambda: torch.load(archive, weights_only=True, mmap=False))
    # load_file maps the file and reads nothing yet; the copies are what ours has after loading.
    best("Python, safetensors load", lambda: copied(safetensors.torch.load_file(plain)))
    value = torch.load(archive, weights_only=True)

    def save():
        torch.save(value, again)
        with open(again, "rb") as file:
            os.fsync(file.fileno())

    best("Python, torch.save", save)


if __name__ == "__main__":
    main()
