"""Cases of the elementwise functions.

Tolerances. Exact: arithmetic, comparisons, rounding, bits. Half types: one unit, since both sides compute in f32 and round
once, but may round to neighbours. Transcendental f32: 8 units, twice the 4 that our library promises; where exp takes
part 32 units, since MLX's exp(60) is 20 units from the true value; of complex numbers 32 units, since they are made of
several such steps. f64: 8 units, but f32's tolerance for the functions that MLX computes in f32 (SINGLE). MLX's erf(0) and
sin(-0.0) have the other zero's sign.

Not recorded, because MLX leaves them to the C++ compiler or to chance: division of integers by zero, floats to integers out
of range, shifts by the width or more, 0 to the power 0 of complex numbers (NaN there, 1 here), `floor_divide` of complex
numbers (a plain division there, an error here).
"""

import mlx.core as mx
import numpy as np

from base import ALL, EPS, FLOATS, INTEGERS, SIGNED, UNSIGNED, Golden

golden = Golden("elementwise")
inf, nan = float("inf"), float("nan")

REALS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, -0.3, 0.75, -0.999, 3.7, -7.25, 10.0, 60.0, -60.0, 1e-3, inf, -inf, nan]
COMPLEX = [0j, 1 + 0j, -1 + 0.5j, 1j, -0.25j, 0.5 + 0.25j, 3 - 4j, -2.5 - 1.5j, 0.01 + 0.02j, 1.5 + 0.3j, -0.1 + 2j, 7 + 1j]


def values(dtype):
    if dtype == mx.bool_:
        return mx.array([True, False, True])
    if dtype == mx.complex64:
        return mx.array(COMPLEX)
    if dtype in FLOATS:
        return mx.array(REALS, dtype=dtype)
    bits = 8 * dtype.size
    if dtype in UNSIGNED:
        return mx.array(np.array([0, 1, 2, 3, 7, 100, 2**bits - 1], dtype=f"uint{bits}"))
    return mx.array(np.array([0, 1, -1, 2, -3, 7, -100, 2 ** (bits - 1) - 1, -(2 ** (bits - 1))], dtype=f"int{bits}"))


def tolerance(op, dtype):
    if op in EXACT or dtype not in EPS and op in KEEPS:
        return 0.0
    if dtype not in EPS or dtype == mx.float64 and op in SINGLE:
        dtype = mx.float32
    if dtype in (mx.float16, mx.bfloat16):
        return EPS[dtype]
    return (32 if dtype == mx.complex64 or op in SINGLE else 8) * EPS[dtype]


EXACT = set(
    "bitwise_invert ceil conjugate floor imag isfinite isinf isnan isneginf isposinf logical_not nan_to_num negative "
    "positive real round sign trunc add subtract maximum minimum equal not_equal greater greater_equal less less_equal "
    "logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor left_shift right_shift".split()
)
SINGLE = {"cos", "erf", "erfinv", "exp", "logaddexp", "sigmoid", "sin"}
KEEPS = {"abs", "square", "multiply", "floor_divide", "remainder", "power"}
UNARY = (
    "abs arccos arccosh arcsin arcsinh arctan arctanh bitwise_invert ceil conjugate cos cosh degrees erf erfinv exp expm1 "
    "floor imag isfinite isinf isnan isneginf isposinf log log10 log1p log2 logical_not negative positive radians real "
    "reciprocal rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc".split()
)
BINARY = (
    "add arctan2 bitwise_and bitwise_or bitwise_xor divide floor_divide left_shift logaddexp maximum minimum multiply power "
    "remainder right_shift subtract equal greater greater_equal less less_equal logical_and logical_or logical_xor "
    "not_equal".split()
)

for name in UNARY:
    for dtype in ALL:
        x = values(dtype)
        zeros = name not in ("erf", "sin") and dtype != mx.complex64
        for view in (None, "every_second", "reversed"):
            golden.case(
                name, getattr(mx, name), [x], tol=tolerance(name, dtype), signed_zeros=zeros, views=[view]
            )


def pairs(name, dtype):
    """Operands that meet every sign and size, without what is undefined."""
    if dtype == mx.complex64:
        a = mx.array([1 + 2j, -1.5 + 0.5j, 3j, 2 + 0j, 1 + 1j, 0.5 - 0.25j, 0j, -2 - 1j])
        b = mx.array([2 - 1j, 0.5 + 2j, 1 + 1j, -3 + 0j, 1 + 1j, 0.5 + 0.75j, 1 + 2j, -2 + 3j])
        return a, b
    if dtype in FLOATS:
        # Distinct magnitudes, zeros of both signs, infinities and NaN against each other.
        grid = [0.0, -0.0, 1.0, -1.0, 2.5, -3.75, 7.0, 0.3, inf, -inf, nan]
        a, b = zip(*[(x, y) for x in grid for y in grid])
        return mx.array(a, dtype=dtype), mx.array(b, dtype=dtype)
    if dtype == mx.bool_:
        b = [True, True] if name in ("floor_divide", "remainder") else [True, False, True, False]
        return mx.array(([True, False] * 2)[: len(b)]), mx.array([True, True, False, False][: len(b)])
    x = np.array(values(dtype))
    if name.endswith("shift"):
        a, b = zip(*[(v, s) for v in x for s in (0, 1, 3, 7)])
    elif name == "power":
        a, b = zip(*[(v, s) for v in x for s in (0, 1, 2, 5, 13, 100)] + ([(v, -1) for v in x if dtype in SIGNED]))
    else:
        divides = name in ("floor_divide", "remainder")
        low = -(2 ** (8 * dtype.size - 1))
        # The lowest number divided by -1 overflows, which is undefined.
        a, b = zip(*[(v, w) for v in x for w in x if not divides or w != 0 and not (w == -1 and int(v) == low)])
    return mx.array(np.array(a, dtype=x.dtype)), mx.array(np.array(b, dtype=x.dtype))


for name in BINARY:
    for dtype in ALL:
        if (name, dtype) == ("floor_divide", mx.complex64):
            continue
        a, b = pairs(name, dtype)
        # The same view of both, so that no undefined pair meets.
        for view in (None, "every_second", "reversed"):
            golden.case(
                name, getattr(mx, name), [a, b], tol=tolerance(name, dtype), signed_zeros=dtype != mx.complex64,
                views=[view, view],
            )  # fmt: skip

# Promotion, through a sum of every two dtypes.
for a in ALL:
    for b in ALL:
        golden.case("add", mx.add, [mx.array([0, 1, 3], dtype=a), mx.array([1, 1, 0], dtype=b)])

# Shapes: empty, 0-d, broadcast, strided.
base = mx.array(np.linspace(-2, 2, 24, dtype=np.float32))
row, cube, column = base[:6], mx.reshape(base, [2, 3, 4]), mx.reshape(base[:3], [3, 1])
for name in ("add", "multiply", "maximum", "less", "arctan2"):
    tol = 0.0 if name != "arctan2" else 8 * EPS[mx.float32]
    call = getattr(mx, name)
    for a, b in [
        (mx.array(2.5), mx.array(-1.0)), (cube, mx.array(0.5)), (mx.array(0.5), cube), (cube, column), (column, cube),
        (mx.zeros([0, 3]), mx.zeros([1])), (mx.zeros([2, 0]), mx.zeros([2, 1])), (mx.zeros([3]), mx.zeros([4])),
        (mx.zeros([2, 3]), mx.zeros([3, 2])),
    ]:  # fmt: skip
        golden.case(name, call, [a, b], tol=tol)
    square = mx.reshape(base[:16], [4, 4])
    for views in (["transpose", None], [None, "transpose"], ["reversed", "transpose"], ["broadcast", None], ["transpose", "broadcast"]):
        golden.case(name, call, [square, square], tol=tol, views=views)
    golden.case(name, call, [mx.reshape(base, [3, 8]), mx.reshape(base[:12], [3, 4])], tol=tol, views=["every_second", "reversed"])
for name in ("exp", "negative", "floor", "isnan"):
    for view in ("transpose", "every_second", "reversed", "broadcast"):
        golden.case(name, getattr(mx, name), [cube], tol=0.0 if name != "exp" else 8 * EPS[mx.float32], views=[view])
    for shape in ([], [0], [2, 0, 3], [1, 1]):
        golden.case(name, getattr(mx, name), [mx.zeros(shape)], tol=0.0 if name != "exp" else 8 * EPS[mx.float32])

# where
for dtype in ALL:
    x = values(dtype)
    golden.case("where", mx.where, [mx.arange(x.size) % 2 == 0, x, x[::-1]])
golden.case("where", mx.where, [column, cube, mx.array(1.0)])
golden.case("where", mx.where, [mx.array(True), mx.array([1, 2], dtype=mx.int8), mx.array([[1.5], [nan]])])
golden.case("where", mx.where, [mx.array([0.0, -0.0, nan, 0.1]), mx.array(1), mx.array(2)])
golden.case("where", mx.where, [cube > 0, cube, cube], views=[None, None, "reversed"])
golden.case("where", mx.where, [mx.zeros([0]), mx.zeros([1]), mx.zeros([])])
golden.case("where", mx.where, [mx.zeros([2]), mx.zeros([3]), mx.zeros([])])

# astype, where it is defined
for a in ALL:
    for b in ALL:
        x = mx.array([0, 1, 3, 100], dtype=a)
        golden.case("astype", lambda x, dtype: x.astype(dtype), [x], dtype=b)
for a in INTEGERS:
    for b in ALL:
        golden.case("astype", lambda x, dtype: x.astype(dtype), [values(a)], dtype=b)
for a in FLOATS:
    for b in [mx.bool_, *FLOATS, mx.complex64]:
        golden.case("astype", lambda x, dtype: x.astype(dtype), [values(a)], dtype=b)
    for b in SIGNED:
        golden.case("astype", lambda x, dtype: x.astype(dtype), [mx.array([0.9, -0.9, 1.5, -2.5, 99.99], dtype=a)], dtype=b)

# Functions with parameters.
for dtype in ALL:
    for decimals in (0, 1, 3, -1):
        x = values(dtype)
        if decimals and dtype in INTEGERS:
            # Beyond 2^24 the product leaves the range of integers.
            x = mx.array([0, 1, 4, 5, 15, 25, 77, 104], dtype=dtype)
        # MLX multiplies by the inverse of the scale, which is inexact, in f32 at most.
        tol = 0.0 if decimals == 0 or dtype not in EPS else 2 * max(EPS[dtype], EPS[mx.float32])
        golden.case("round", mx.round, [x], tol=tol, decimals=decimals)
    x = values(dtype)
    if dtype != mx.complex64:
        golden.case("clip", lambda x, low, high: mx.clip(x, low, high), [x], low=1, high=5)
        golden.case("clip", lambda x, low, high: mx.clip(x, low, high), [x], low=0.5, high=None)
        golden.case("clip", lambda x, low, high: mx.clip(x, low, high), [x], low=None, high=2)
        golden.case("clip", lambda x, low, high: mx.clip(x, low, high), [x], low=3, high=2)
    if dtype in INTEGERS or dtype in FLOATS[:3]:
        golden.case("nan_to_num", mx.nan_to_num, [x])
        golden.case("nan_to_num", mx.nan_to_num, [x], nan=2.0, posinf=3.0, neginf=-4.0)
    if dtype in INTEGERS or dtype in FLOATS:
        a, b = pairs("remainder", dtype)
        golden.case("divmod", mx.divmod, [a, b], tol=tolerance("remainder", dtype), signed_zeros=True)
    golden.case("isclose", mx.isclose, [x, x])
    golden.case("isclose", mx.isclose, [x, x], equal_nan=True)
    golden.case("isclose", mx.isclose, [x, x[::-1]], rtol=0.1, atol=0.5)
    golden.case("allclose", mx.allclose, [x, x])
    golden.case("allclose", mx.allclose, [x, x], equal_nan=True)
    golden.case("array_equal", mx.array_equal, [x, x])
    golden.case("array_equal", mx.array_equal, [x, x], equal_nan=True)
    golden.case("array_equal", mx.array_equal, [x, x[:1]])
golden.case("clip", lambda x, low, high: mx.clip(x, low, high), [cube], low=None, high=None)
golden.case("isclose", mx.isclose, [mx.array([1.0, inf, inf, 1.0]), mx.array([1.00001, -inf, 1.0, inf])])
golden.case("array_equal", mx.array_equal, [mx.array([1, 2]), mx.array([1.0, 2.0])])

golden.write()
