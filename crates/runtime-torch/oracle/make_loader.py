"""Writes tests/fixtures/loader.txt: the batches of torch.utils.data.DataLoader, by the samples' numbers.

`seed` is that of the loader's own generator, `global_seed` that of torch.manual_seed. `left_after`: so
many batches of each epoch are taken before the next one begins; 0 for all.
"""

import pathlib

import torch
from torch.utils.data import DataLoader, TensorDataset

from fixtures import Fixtures

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
EPOCHS = 3


def main():
    fixtures = Fixtures(FOLDER / "loader.txt", "make_loader.py")
    cases = [
        (10, 3, False, False, None, 0),
        (10, 3, True, False, None, 0),
        (10, 3, False, True, 7, 0),
        (10, 3, True, True, 7, 0),
        (10, 5, False, True, -3, 0),
        (9, 2, False, True, 1 << 40, 2),
        (1, 4, False, True, 0, 0),
        (700, 64, False, True, 2**63 - 1, 0),
        (700, 64, True, True, 12345, 3),
        (10, 3, False, True, "global", 0),
        (25, 4, True, True, "global", 2),
    ]
    for number, (count, batch_size, drop_last, shuffle, seed, left_after) in enumerate(cases):
        attributes = {"count": count, "batch_size": batch_size, "drop_last": drop_last,
                      "shuffle": shuffle, "left_after": left_after}
        generator = None
        if seed == "global":
            attributes["global_seed"] = 99
            torch.manual_seed(99)
        elif seed is not None:
            attributes["seed"] = seed
            generator = torch.Generator().manual_seed(seed)
        loader = DataLoader(TensorDataset(torch.arange(count)), batch_size, shuffle=shuffle,
                            drop_last=drop_last, generator=generator)
        tensors = {}
        for epoch in range(EPOCHS):
            batches = []
            for (batch,) in loader:
                batches.append(batch)
                if len(batches) == left_after:
                    break
            sizes = torch.tensor([len(batch) for batch in batches])
            tensors[f"order_{epoch}"] = torch.cat(batches)
            tensors[f"sizes_{epoch}"] = sizes
        if seed == "global":
            tensors["after"] = torch.randint(1 << 30, (1,))
        fixtures.case(f"loader_{number}", tensors, **attributes)
    fixtures.write()


if __name__ == "__main__":
    main()
