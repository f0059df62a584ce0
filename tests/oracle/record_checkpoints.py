"""Writes the PyTorch checkpoints that crates/m2/tests/checkpoints.rs reads, with torch itself.

    python tests/oracle/record_checkpoints.py      (needs torch and numpy)

One tiny model in the wrappings that training frameworks put around a state dict. Its numbers are `index / 64`, so that
every dtype holds them exactly and the test needs no second file.
"""

from collections import OrderedDict
from pathlib import Path

import torch

OUT = Path(__file__).parent.parent / "golden" / "m2" / "checkpoints"


def tensor(index, *shape):
    return (torch.arange(torch.Size(shape).numel(), dtype=torch.float32) + index).reshape(shape) / 64


def state(prefix=""):
    words = tensor(0, 8, 4)
    frequency = torch.nn.Parameter(tensor(3, 1, 4))
    return OrderedDict(
        {
            prefix + "bert.embeddings.position_ids": torch.arange(6).reshape(1, 6),
            prefix + "bert.embeddings.word_embeddings.weight": words,
            # A view of a larger storage, transposed.
            prefix + "bert.view": tensor(7, 5, 6)[1:4, 2:].t(),
            # One tensor under two names, and a parameter.
            prefix + "bert.filter.1.freq": frequency,
            prefix + "bert.filter.3.freq": frequency,
            prefix + "bert.half": tensor(1, 3).half(),
            prefix + "bert.bfloat": tensor(2, 3).bfloat16(),
            prefix + "bert.double": tensor(4, 2).double(),
            prefix + "bert.scalar": torch.tensor(0.25),
            prefix + "bert.empty": torch.zeros(0, 3),
            prefix + "bert.flags": torch.tensor([True, False]),
            prefix + "bert.bytes": torch.tensor([-1, 2], dtype=torch.int8),
        }
    )


OUT.mkdir(parents=True, exist_ok=True)
torch.save(state(), OUT / "plain.bin")
torch.save({"state_dict": state("module.model."), "epoch": 3}, OUT / "prefixes.pt")
torch.save(
    {
        "state": {
            "model": state("model."),
            "optimizers": {"AdamW": {"state": {0: {"exp_avg": tensor(9, 4)}}}},
            "rng": [torch.get_rng_state()[:16]],
            "timestamp": {"Timestamp": {"_batch": 7}},
        },
        "note": ("anything", 1.5, None, {1, 2}),
    },
    OUT / "composer.pt",
)
torch.save(state(), OUT / "legacy.bin", _use_new_zipfile_serialization=False)
torch.save({"epoch": 1}, OUT / "without_tensors.pth")
