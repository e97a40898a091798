"""Writes tests/fixtures/sampler.txt: what torch.utils.data.DistributedSampler gives each rank."""

import pathlib

import torch
from torch.utils.data import DistributedSampler

HERE = pathlib.Path(__file__).parent
CASES = [(10, 3), (10, 4), (1, 3), (7, 7), (2, 5), (1000, 8), (12, 4)]


def main():
    lines = [f"# Written by oracle/make_sampler.py with PyTorch {torch.__version__.split('+')[0]}.",
             "# length replicas rank shuffle seed drop_last epoch: indices"]
    for length, replicas in CASES:
        for shuffle, drop_last, seed, epoch in ((0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 7, 3), (0, 1, 0, 2)):
            for rank in {0, replicas // 2, replicas - 1}:
                sampler = DistributedSampler(range(length), replicas, rank, bool(shuffle), seed, bool(drop_last))
                sampler.set_epoch(epoch)
                indices = " ".join(str(index) for index in list(sampler)[:40])
                lines.append(f"{length} {replicas} {rank} {shuffle} {seed} {drop_last} {epoch}: {indices}")
    (HERE.parent / "tests/fixtures/sampler.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
