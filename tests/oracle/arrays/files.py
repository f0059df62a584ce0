"""Writes small files with MLX, numpy and safetensors' layout, for crates/array/tests/files.rs: tests/golden/files.

Run with MLX 0.32.4: python tests/oracle/arrays/files.py
"""

import pathlib

import mlx.core as mx
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "golden" / "files"
FOLDER.mkdir(parents=True, exist_ok=True)
mx.set_default_device(mx.cpu)

numbers = np.arange(6).reshape(2, 3)
np.save(FOLDER / "fortran.npy", np.asfortranarray(numbers.astype(np.float32)))
np.save(FOLDER / "big.npy", numbers.astype(">f4"))
np.save(FOLDER / "big_complex.npy", (numbers + 1j).astype(">c8"))
np.save(FOLDER / "big_fortran.npy", np.asfortranarray(numbers.astype(">i2")))
np.save(FOLDER / "half.npy", numbers.astype(np.float16))
np.save(FOLDER / "double.npy", np.float64(0.1))
mx.save(str(FOLDER / "bf16.npy"), mx.array(numbers).astype(mx.bfloat16))
np.savez(FOLDER / "stored.npz", z=numbers, a=np.zeros((0, 4), np.uint8), m=numbers.astype(">i8"))
np.savez_compressed(FOLDER / "deflated.npz", z=np.asfortranarray(numbers.astype(np.float32)), a=np.array([True, False]))
mx.save_safetensors(
    str(FOLDER / "mlx.safetensors"),
    {"w": mx.array(numbers).astype(mx.bfloat16), "b": mx.array([True, False, True]), "n": mx.array(7)},
    {"k": "v"},
)
