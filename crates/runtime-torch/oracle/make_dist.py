"""Writes tests/fixtures/dist.txt: what the collectives of torch.distributed give on gloo.

A case is one collective on `size` ranks. `input_R` is what rank R gives (several rows for a list), `result_R`
what it has then.
"""

import datetime
import pathlib
import socket

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
DTYPES = ["float32", "float64", "float16", "bfloat16", "int32", "int64", "int8", "uint8", "bool",
          "complex64", "complex128"]
OPERATIONS = ["sum", "product", "min", "max", "avg"]


def given(rank, size, dtype, rows=None):
    """Numbers that differ from rank to rank, none of them exact in a binary fraction where floats are."""
    generator = torch.Generator().manual_seed(100 * size + rank)
    shape = (3, 2) if rows is None else (rows, 3, 2)
    kind = getattr(torch, dtype)
    if dtype == "bool":
        return torch.randint(2, shape, generator=generator).to(kind)
    if kind.is_floating_point or kind.is_complex:
        return torch.randn(shape, generator=generator, dtype=torch.float64).to(kind)
    low = 0 if dtype == "uint8" else -5
    return torch.randint(low, 6, shape, generator=generator).to(kind)


def collective(name, operation, rank, size, dtype):
    """The input and the result of one collective on this rank."""
    root = size - 1
    op = getattr(dist.ReduceOp, operation.upper()) if operation else None
    if name in ("reduce_scatter", "all_to_all") or (name == "scatter" and rank == root):
        rows = given(rank, size, dtype, size)
    else:
        rows = given(rank, size, dtype)
    tensor = rows.clone()
    if name == "all_reduce":
        dist.all_reduce(tensor, op)
        return rows, tensor
    if name == "reduce":
        dist.reduce(tensor, root, op)
        return rows, tensor if rank == root else rows
    if name == "broadcast":
        dist.broadcast(tensor, root)
        return rows, tensor
    if name == "all_gather":
        parts = [torch.zeros_like(tensor) for _ in range(size)]
        dist.all_gather(parts, tensor)
        return rows, torch.stack(parts)
    if name == "gather":
        parts = [torch.zeros_like(tensor) for _ in range(size)] if rank == root else None
        dist.gather(tensor, parts, root)
        return rows, torch.stack(parts) if rank == root else rows
    result = torch.zeros(3, 2, dtype=rows.dtype)
    if name == "scatter":
        dist.scatter(result, list(tensor) if rank == root else None, root)
        return rows, result
    if name == "reduce_scatter":
        dist.reduce_scatter(result, list(tensor), op)
        return rows, result
    parts = [torch.zeros_like(result) for _ in range(size)]
    dist.all_to_all(parts, list(tensor))
    return rows, torch.stack(parts)


def cases(size):
    for dtype in DTYPES:
        complex_ = dtype.startswith("complex")
        for operation in OPERATIONS:
            if complex_ and operation not in ("sum", "avg"):
                continue
            if operation == "avg" and not ("float" in dtype or complex_):
                continue
            yield "all_reduce", operation, dtype
            if dtype in ("float32", "int64"):
                yield "reduce", operation, dtype
                yield "reduce_scatter", operation, dtype
        for name in ("broadcast", "all_gather", "gather", "scatter", "all_to_all"):
            # Python does not take complex numbers apart for gather, and gloo does not have them.
            if not (name == "gather" and complex_):
                yield name, None, dtype


def rank_main(rank, size, port, queue):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=size,
                            timeout=datetime.timedelta(seconds=60))
    results = []
    for name, operation, dtype in cases(size):
        rows, result = collective(name, operation, rank, size, dtype)
        results.append((rows, result))
    gathered = [None] * size if rank == 0 else None
    dist.gather_object(results, gathered, 0)
    if rank == 0:
        torch.save(gathered, queue)
    dist.destroy_process_group()


def main():
    fixtures = Fixtures(FOLDER / "dist.txt", "make_dist.py")
    for size in (2, 3):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        path = FOLDER / "dist.tmp"
        mp.spawn(rank_main, (size, port, path), nprocs=size)
        ranks = torch.load(path)
        path.unlink()
        for number, (name, operation, dtype) in enumerate(cases(size)):
            tensors = {}
            for rank in range(size):
                rows, result = ranks[rank][number]
                tensors[f"input_{rank}"] = rows
                tensors[f"result_{rank}"] = result
            label = f"{name}_{operation}_{dtype}_{size}" if operation else f"{name}_{dtype}_{size}"
            fixtures.case(label, tensors, collective=name, op=operation or "none", size=size)
    fixtures.write()


if __name__ == "__main__":
    main()
