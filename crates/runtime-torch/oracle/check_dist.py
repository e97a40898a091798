"""Checks that ranks of this crate and a rank in Python train together: DistributedDataParallel over one group
of Gloo, with rank 0 in Python and then with rank 0 in here. At the end all ranks have equal parameters.

    cargo build -p runtime-torch --features ffi,pytorch --example dist_rank
    python oracle/check_dist.py ../../target/debug/examples/dist_rank
"""

import datetime
import faulthandler
import gc
import os
import socket
import subprocess
import sys

import torch
import torch.distributed as dist
from torch import nn

STEPS, WORLD = 20, 3


def numbers(shape, shift):
    """What examples/dist_rank.rs trains with."""
    count = torch.arange(shape[0] * shape[1], dtype=torch.float64)
    return (count + shift).sin().float().reshape(shape)


def train(rank):
    """The steps of examples/dist_rank.rs."""
    dist.init_process_group("gloo", timeout=datetime.timedelta(seconds=60))
    torch.manual_seed(rank)
    net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
    ddp = nn.parallel.DistributedDataParallel(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(STEPS):
        shift = 100 * rank + step
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(ddp(numbers((6, 4), shift)), numbers((6, 2), shift + 0.5))
        loss.backward()
        optimizer.step()
    parameters = [number for tensor in net.parameters() for number in tensor.detach().flatten().tolist()]
    # PyTorch 2.13 may wait for ever when the reducer is the last to let go of the group: it joins threads of the
    # group that wait for Python's lock, which it holds.
    del ddp, loss
    gc.collect()
    dist.destroy_process_group()
    return parameters


def check(program, python_rank):
    """One run; the rank of Python is this process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    common = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(WORLD),
              "GLOO_SOCKET_IFNAME": "lo"}
    ranks = [subprocess.Popen([program], env=os.environ | common | {"RANK": str(rank)}, text=True,
                              stdout=subprocess.PIPE)
             for rank in range(WORLD) if rank != python_rank]
    try:
        os.environ.update(common | {"RANK": str(python_rank)})
        own = train(python_rank)
        for process in ranks:
            output, _ = process.communicate(timeout=60)
            assert process.returncode == 0, process.returncode
            line = next(line for line in output.splitlines() if line.startswith("parameters:"))
            theirs = [float(word) for word in line.split()[1:]]
            assert theirs == own, max(abs(a - b) for a, b in zip(theirs, own))
    finally:
        for process in ranks:
            process.kill()
    print(f"rank {python_rank} of {WORLD} in Python: {len(own)} parameters are equal on all ranks")


def main():
    """Both ways round, within two minutes."""
    faulthandler.dump_traceback_later(120, exit=True)
    for python_rank in (0, 1):
        check(sys.argv[1], python_rank)


if __name__ == "__main__":
    main()
