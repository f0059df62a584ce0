"""Cases of cumulative operations, sorting and partial sorting.

Tolerances. Sorting, extremes and integers: exact. Cumulative sums and products of half types: MLX rounds each partial result,
we carry f32, so that n = 12 elements may differ by n units; others by a few. MLX's logaddexp is an f32 function in f64.
Partitions have no defined order: the recorded parts are sorted (the replay does the same).
"""

import mlx.core as mx
import numpy as np

from base import ALL, EPS, FLOATS, Golden, sample

golden = Golden("ordering")
inf, nan = float("inf"), float("nan")


def tolerance(name, dtype):
    if name in ("cummax", "cummin") or dtype not in EPS and name != "logcumsumexp":
        return 0.0
    if dtype in (mx.float16, mx.bfloat16):
        return 12 * EPS[dtype]
    return 16 * EPS[mx.float32 if name == "logcumsumexp" else dtype]


SCANS = ["cumsum", "cumprod", "cummax", "cummin", "logcumsumexp"]
for dtype in ALL:
    x = sample(dtype, [3, 4])
    for name in SCANS:
        call, tol = getattr(mx, name), tolerance(name, dtype)
        for reverse in (False, True):
            for inclusive in (False, True):
                golden.case(name, call, [x], tol=tol, signed_zeros=False, axis=1, reverse=reverse, inclusive=inclusive)
        golden.case(name, call, [x], tol=tol, signed_zeros=False, axis=0)
        golden.case(name, call, [x], tol=tol, signed_zeros=False, axis=None)
    for name in ("sort", "argsort"):
        for axis in (None, 0, -1):
            golden.case(name, getattr(mx, name), [x], axis=axis)


def parts(x, kth, axis):
    """The element in place, and the sorted elements before and after."""
    y = mx.moveaxis(mx.partition(x, kth, axis), axis, -1)
    k = kth % y.shape[-1]
    return [y[..., k], mx.sort(y[..., :k], axis=-1), mx.sort(y[..., k + 1 :], axis=-1)]


def top(x, k, axis):
    return mx.sort(mx.topk(x, k, axis), axis=-1 if axis is None else axis)


for dtype in ALL:
    x = sample(dtype, [3, 5])
    for kth, axis in ((0, -1), (2, -1), (-1, 1), (1, 0)):
        golden.case("partition", parts, [x], kth=kth, axis=axis)
    for k, axis in ((2, -1), (5, 1), (1, 0), (4, None)):
        golden.case("topk", top, [x], k=k, axis=axis)

x = sample(mx.float32, [4, 6])
for name in SCANS + ["sort", "argsort"]:
    call, tol = getattr(mx, name), tolerance(name, mx.float32) if name in SCANS else 0.0
    for shape in ([0], [2, 0], [0, 3], []):
        for axis in (None, -1):
            golden.case(name, call, [mx.zeros(shape)], tol=tol, axis=axis)
    golden.case(name, call, [x], axis=2)
    for view in ("transpose", "every_second", "reversed", "broadcast"):
        for axis in (0, -1):
            golden.case(name, call, [x], tol=tol, signed_zeros=False, views=[view], axis=axis)
    special = mx.array([[1.0, nan, 3.0, -1.0], [2.0, 5.0, 5.0, nan], [inf, 1.0, -inf, 0.0], [-inf, -inf, -inf, 1.0]])
    golden.case(name, call, [special], tol=tol, signed_zeros=False, axis=1)
for dtype in FLOATS:
    golden.case("sort", mx.sort, [mx.array([0.0, -0.0, nan, 2, -inf, inf, nan, -1, 0.0], dtype=dtype)], axis=-1)
    golden.case("argsort", mx.argsort, [mx.array([0.0, -0.0, nan, 2, -inf, inf, nan, -1, 0.0], dtype=dtype)], axis=-1)
golden.case("sort", mx.sort, [mx.array([1 + 2j, 1 - 1j, -3 + 9j, 0j, 1 + 1j])], axis=-1)
golden.case("partition", parts, [x], kth=6, axis=-1)
golden.case("topk", top, [x], k=7, axis=-1)
golden.case("topk", top, [x], k=0, axis=-1)
rows = mx.array(np.random.default_rng(5).integers(0, 50, [3, 200]).astype(np.int16))
golden.case("sort", mx.sort, [rows], axis=-1)
golden.case("argsort", mx.argsort, [rows], axis=-1)

for dtype in ALL:
    line = mx.sort(sample(dtype, [9]))
    for side in ("left", "right"):
        golden.case("searchsorted", mx.searchsorted, [line, sample(dtype, [3, 4])], side=side)
        golden.case("searchsorted", mx.searchsorted, [mx.zeros([0], dtype=dtype), sample(dtype, [2])], side=side)
for side in ("left", "right"):
    odd = [mx.array([-inf, 1.0, 2.0, 2.0, nan, nan]), mx.array([nan, inf, -inf, 2.0, 0.5])]
    golden.case("searchsorted", mx.searchsorted, odd, side=side)
    golden.case("searchsorted", mx.searchsorted, [mx.array([1, 2, 3]), mx.array(2.5)], side=side)
    golden.case("searchsorted", mx.searchsorted, [x, mx.array(2.5)], side=side)
    for view in ("every_second", "broadcast"):
        golden.case("searchsorted", mx.searchsorted, [mx.sort(x[0]), x], views=["every_second", view], side=side)

golden.write()
