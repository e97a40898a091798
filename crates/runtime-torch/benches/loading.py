"""What benches/loading.rs measures, in Python: the files read with torch.frombuffer, and the batches of
torch.utils.data."""

import pathlib
import tempfile
import time

import torch
from torch.utils.data import DataLoader, TensorDataset

COUNT = 10_000
ROUNDS = 20


def read(path, start):
    data = bytearray(path.read_bytes())
    return torch.frombuffer(data, dtype=torch.uint8, offset=start)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pixels = torch.randint(256, (COUNT * 28 * 28,), dtype=torch.uint8)
        sizes = b"".join(size.to_bytes(4, "big") for size in (COUNT, 28, 28))
        (folder / "images").write_bytes(bytes([0, 0, 8, 3]) + sizes + pixels.numpy().tobytes())
        labels = bytes(index % 10 for index in range(COUNT))
        (folder / "labels").write_bytes(bytes([0, 0, 8, 1]) + sizes[:4] + labels)
        reading = epoch = float("inf")
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            images = read(folder / "images", 16).view(COUNT, 1, 28, 28).float().div(255)
            dataset = TensorDataset(images, read(folder / "labels", 8).long())
            reading = min(reading, time.perf_counter() - begin)
            begin = time.perf_counter()
            batches = sum(1 for _ in DataLoader(dataset, batch_size=64, shuffle=True))
            epoch = min(epoch, time.perf_counter() - begin)
            assert batches == -(-COUNT // 64)
    print(f"reading the files {reading * 1e3:7.2f} ms, an epoch {epoch * 1e3:7.2f} ms")


if __name__ == "__main__":
    main()
