"""Cases of the reductions, and of the statistics made of them.

Tolerances. Integers, extremes and places: exact. Sums: MLX adds in the array's own type and in another order, so a sum of
n <= 60 numbers may differ by a few units of its size; half types by as many units of theirs, since MLX rounds each partial
sum of `mean` and `var`. f64 means: MLX multiplies by an f32 inverse of the count.
"""

import mlx.core as mx

from base import ALL, EPS, FLOATS, Golden, sample

golden = Golden("reductions")
inf, nan = float("inf"), float("nan")


def tolerance(name, dtype):
    if name in ("max", "min", "any", "all", "argmax", "argmin", "count_nonzero", "minmax"):
        return 0.0
    if dtype not in EPS:
        return 0.0 if name in ("sum", "prod") else 8 * EPS[mx.float32]
    if dtype == mx.float64 and name not in ("sum", "prod", "median"):
        return 8 * EPS[mx.float32]
    return (8 if dtype in (mx.float16, mx.bfloat16) else 16) * EPS[dtype]


def logsumexp(x, **kwargs):
    """MLX subtracts the maximum of unsigned integers in their own type, which wraps and gives infinity; we convert first."""
    if not mx.issubdtype(x.dtype, mx.inexact):
        x = x.astype(mx.float32)
    return mx.logsumexp(x, **kwargs)


def function(name):
    return logsumexp if name == "logsumexp" else getattr(mx, name)


PLAIN = ["sum", "prod", "max", "min", "any", "all", "mean", "var", "std", "logsumexp", "median", "count_nonzero", "minmax"]
for dtype in ALL:
    x, small = sample(dtype, [2, 5, 3]), sample(dtype, [4])
    for name in PLAIN:
        call, tol = function(name), tolerance(name, dtype)
        for axis in (None, 0, -1, [0, 2], [1, 2]):
            golden.case(name, call, [x], tol=tol, signed_zeros=False, axis=axis, keepdims=axis == -1)
    for name in ("argmax", "argmin"):
        for axis in (None, 0, 1, -1):
            golden.case(name, getattr(mx, name), [x], axis=axis, keepdims=axis == 1)
    golden.case("var", mx.var, [small], tol=tolerance("var", dtype), ddof=1)
    golden.case("std", mx.std, [small], tol=tolerance("std", dtype), ddof=1)

x = sample(mx.float32, [4, 6, 2])
for name in PLAIN + ["argmax", "argmin"]:
    call, tol = function(name), tolerance(name, mx.float32)
    # Empty, 0-d, wrong axes; strided inputs.
    for shape in ([0], [2, 0], [0, 3], []):
        for axis in (None, 0, -1):
            golden.case(name, call, [mx.zeros(shape)], tol=tol, signed_zeros=False, axis=axis)
    golden.case(name, call, [x], axis=3)
    golden.case(name, call, [x], axis=-4)
    if not name.startswith("arg"):
        golden.case(name, call, [x], axis=[0, 0])
    for view in ("transpose", "every_second", "reversed", "broadcast"):
        for axis in (None, 0, -1):
            golden.case(name, call, [x], tol=tol, signed_zeros=False, views=[view], axis=axis)
    # NaN and infinities.
    special = mx.array([[1.0, nan, 3.0, -1.0], [2.0, 5.0, 5.0, nan], [inf, 1.0, -inf, 0.0], [-inf, -inf, -inf, -inf], [inf, inf, 1.0, 2.0]])
    golden.case(name, call, [special], tol=tol, signed_zeros=False, axis=1)
for ddof in (0, 1, 3, 4, 5):
    golden.case("var", mx.var, [sample(mx.float32, [4])], tol=16 * EPS[mx.float32], ddof=ddof)
for dtype in FLOATS:
    golden.case("argmax", mx.argmax, [mx.array([1, 3, 3, nan, 4, nan], dtype=dtype)])
    golden.case("argmin", mx.argmin, [mx.array([1, 3, 3, nan, 0, nan], dtype=dtype)])
golden.case("argmax", mx.argmax, [mx.array([1 + 1j, 1 + 2j, 0.5 + 9j, 1 + 2j])])
golden.case("argmin", mx.argmin, [mx.array([1 + 1j, 1 - 2j, 1.5 - 9j, 1 - 2j])])

golden.write()
