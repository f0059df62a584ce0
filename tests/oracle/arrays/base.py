"""Records what real MLX computes, for the replay in crates/array/tests/golden.

A family is a script that makes a `Golden`, adds cases and calls `write()`:

    golden = Golden("reductions")
    golden.case("sum", mx.sum, [x], tol=1e-6, axis=1, keepdims=True)
    golden.write()

The file is tests/golden/arrays/FAMILY.safetensors: the tensors of all cases, equal ones stored once, and in its metadata
the cases as JSON, {"op", "in", "args", "out", "tol"} and, where they matter, "views", "signed_zeros" and "error".

Run with MLX 0.32.4 (`pip install 'mlx[cpu]==0.32.4'`): python tests/oracle/arrays/FAMILY.py
"""

import json
import math
import pathlib
import struct

import mlx.core as mx
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "golden" / "arrays"

# dtypes as safetensors names them, and as numpy can hold their bits.
NAMES = {
    mx.bool_: "BOOL", mx.uint8: "U8", mx.uint16: "U16", mx.uint32: "U32", mx.uint64: "U64",
    mx.int8: "I8", mx.int16: "I16", mx.int32: "I32", mx.int64: "I64",
    mx.float16: "F16", mx.bfloat16: "BF16", mx.float32: "F32", mx.float64: "F64", mx.complex64: "C64",
}
ALL = list(NAMES)
UNSIGNED = [mx.uint8, mx.uint16, mx.uint32, mx.uint64]
SIGNED = [mx.int8, mx.int16, mx.int32, mx.int64]
INTEGERS = UNSIGNED + SIGNED
FLOATS = [mx.float16, mx.bfloat16, mx.float32, mx.float64]
SHORT = {
    mx.bool_: "bool", mx.uint8: "u8", mx.uint16: "u16", mx.uint32: "u32", mx.uint64: "u64",
    mx.int8: "i8", mx.int16: "i16", mx.int32: "i32", mx.int64: "i64",
    mx.float16: "f16", mx.bfloat16: "bf16", mx.float32: "f32", mx.float64: "f64", mx.complex64: "c64",
}
# Distance from 1 to the next number: the unit of tolerances.
EPS = {mx.float16: 2.0**-10, mx.bfloat16: 2.0**-7, mx.float32: 2.0**-23, mx.float64: 2.0**-52, mx.complex64: 2.0**-23}

# Views that an input can be given through; the replay builds the same ones.
VIEWS = {
    "transpose": lambda x: mx.transpose(x),
    "every_second": lambda x: x[..., ::2],
    "reversed": lambda x: x[..., ::-1],
    "broadcast": lambda x: mx.broadcast_to(x, [3, *x.shape]),
}

mx.set_default_device(mx.cpu)


def sample(dtype, shape):
    """Numbers of a dtype, always the same for a shape: floats normally distributed, integers small with ties."""
    n = int(np.prod(shape))
    rng = np.random.default_rng(n)
    if dtype == mx.bool_:
        return mx.reshape(mx.array([i % 3 > 0 for i in range(n)], dtype=dtype), shape)
    if dtype in INTEGERS:
        return mx.reshape(mx.array([(i * 7) % 11 - (4 if dtype in SIGNED else 0) for i in range(n)], dtype=dtype), shape)
    if dtype == mx.complex64:
        return mx.array((rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64))
    return mx.array(np.asarray(rng.standard_normal(shape), dtype=np.float32)).astype(dtype)


def bits(x):
    """The row-major bytes of an array, exactly."""
    x = mx.contiguous(x)
    if x.dtype == mx.bfloat16:
        x = mx.view(x, mx.uint16)
    with mx.stream(mx.cpu):
        return np.array(x).tobytes()


def plain(value):
    """An argument as JSON: dtypes by their short names, numbers that JSON lacks as text."""
    if isinstance(value, mx.Dtype):
        return SHORT[value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, complex):
        return [value.real, value.imag]
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


class Golden:
    def __init__(self, family):
        self.family = family
        self.names = {}
        self.tensors = []
        self.cases = []

    def tensor(self, x):
        """The name of a stored tensor; equal tensors are stored once."""
        key = (NAMES[x.dtype], tuple(x.shape), bits(x))
        if key not in self.names:
            self.names[key] = f"t{len(self.tensors)}"
            self.tensors.append(key)
        return self.names[key]

    def case(self, op, call, inputs, tol=0.0, views=None, signed_zeros=None, args=None, **keywords):
        """Records `call(*inputs, **keywords)`.

        `tol` is relative to max(1, |expected|); 0 asks for the same bits, and integers and bools are always exact.
        `views` names for each input a view of VIEWS or None: the input is stored whole and given through the view.
        `signed_zeros` asks that zeros have the same sign; by default where tol is 0.
        `args` replaces what is stored for `keywords`, for functions whose arguments have other names here.
        Where MLX refuses, the case records that, and the replay expects an error.
        """
        inputs = [x if isinstance(x, mx.array) else mx.array(x) for x in inputs]
        views = views or [None] * len(inputs)
        seen = [VIEWS[v](x) if v else x for x, v in zip(inputs, views)]
        case = {"op": op, "in": [self.tensor(x) for x in inputs], "args": args if args is not None else keywords}
        case["args"] = {k: plain(v) for k, v in case["args"].items()}
        try:
            out = call(*seen, **keywords)
            out = list(out) if isinstance(out, (list, tuple)) else [out]
            out = [x if isinstance(x, mx.array) else mx.array(x) for x in out]
            mx.eval(out)
            case["out"] = [self.tensor(x) for x in out]
            case["tol"] = tol
            if signed_zeros is not None and signed_zeros != (tol == 0.0):
                case["signed_zeros"] = signed_zeros
        except (IndexError, RuntimeError, TypeError, ValueError) as error:
            case["out"] = []
            case["error"] = str(error).split("\n")[0][:80]
        if any(views):
            case["views"] = views
        self.cases.append(case)

    def write(self):
        header, offset = {"__metadata__": {"cases": json.dumps(self.cases, separators=(",", ":"))}}, 0
        for key, name in self.names.items():
            dtype, shape, data = key
            header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + len(data)]}
            offset += len(data)
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"{self.family}.safetensors"
        with open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for _, _, data in self.tensors:
                file.write(data)
        print(f"{path.name}: {len(self.cases)} cases, {path.stat().st_size / 1024:.0f} KiB")
