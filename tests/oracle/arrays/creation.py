"""Cases of the functions that make arrays, and of the text of arrays.

Tolerances. arange: MLX's CPU adds the step repeatedly, we round `start + i * step` once, so a float range of n elements may
differ by n units. linspace: exact in f32; MLX computes f64 ranges in f32. Windows: 4 units of f32.
"""

import mlx.core as mx
import numpy as np

from base import ALL, EPS, FLOATS, INTEGERS, Golden

golden = Golden("creation")
inf, nan = float("inf"), float("nan")


def arange(start, stop, step, dtype=None):
    return mx.arange(start, stop, step, dtype=dtype) if dtype else mx.arange(start, stop, step)


for start, stop, step in [
    (0, 5, 1), (1, 5, 2), (5, 1, -2), (0, -5, 1), (0, 0, 1), (-3, 4, 3), (2**33, 2**33 + 3, 1), (0.0, 1.0, 0.3), (0.5, -2, -0.5),
    (0, 5, 0), (0, inf, 1), (nan, 5, 1), (0, 2.5, 1),
]:  # fmt: skip
    golden.case("arange", arange, [], tol=16 * EPS[mx.float32], start=start, stop=stop, step=step)
for dtype in ALL:
    tol = 8 * EPS.get(dtype, 0.0)
    for start, stop, step in [(0, 5, 1), (3, 10, 2), (10, 3, -3), (0, 3, 0.5), (0.5, 4.5, 1.0), (250, 260, 1)]:
        golden.case("arange", arange, [], tol=tol, start=start, stop=stop, step=step, dtype=dtype)
for dtype in ALL:
    tol = 0.0 if dtype != mx.float64 else 2 * EPS[mx.float32]
    for start, stop, num, endpoint in [(0, 1, 5, True), (0, 1, 5, False), (3.5, -2, 7, True), (3, 1, 1, True), (3, 1, 0, True)]:
        if start == 3.5 and dtype not in EPS:
            start, stop = 0, 90
        golden.case("linspace", mx.linspace, [], tol=tol, start=start, stop=stop, num=num, endpoint=endpoint, dtype=dtype)
    for n, m, k in [(3, 3, 0), (2, 4, 1), (4, 2, -1), (2, 3, -5), (0, 0, 0), (3, 0, 0)]:
        golden.case("eye", mx.eye, [], n=n, m=m, k=k, dtype=dtype)
        golden.case("tri", mx.tri, [], n=n, m=m, k=k, dtype=dtype)
    golden.case("identity", mx.identity, [], n=3, dtype=dtype)
    golden.case("full", lambda x, shape: mx.full(shape, x), [mx.array([0, 1, 3], dtype=dtype)], shape=[2, 3])
    golden.case("full_like", mx.full_like, [mx.array([0, 1, 3], dtype=dtype), mx.array(2)])
golden.case("full", lambda x, shape: mx.full(shape, x), [mx.array([0, 1, 3])], shape=[2, 2])
golden.case("full", lambda x, shape: mx.full(shape, x), [mx.array(2.5)], shape=[])
golden.case("full", lambda x, shape: mx.full(shape, x), [mx.array(2.5)], shape=[2, 0])

a, b, c = mx.array([1, 2, 3]), mx.array([0.5, 1.5]), mx.array([7], dtype=mx.uint8)
for sparse in (False, True):
    for indexing in ("xy", "ij"):
        for arrays in ([a], [a, b], [b, a, c], [mx.array(1), a], [mx.reshape(mx.arange(4), [2, 2]), b], [mx.zeros([0]), a]):
            golden.case("meshgrid", lambda *x, **k: mx.meshgrid(*x, **k), arrays, sparse=sparse, indexing=indexing)
for name in ("hanning", "hamming", "blackman", "bartlett"):
    for count in (0, 1, 2, 5, 12):
        golden.case(name, lambda count, f=getattr(mx, name): f(count), [], tol=4 * EPS[mx.float32], signed_zeros=False, count=count)


def text(x):
    golden.case("repr", lambda x: [], [x], args={"text": repr(x)})


for dtype in ALL:
    text(mx.array([0, 1, 2], dtype=dtype))
    text(mx.array(3, dtype=dtype))
for dtype in FLOATS:
    for row in ([1.0, 2.5, 0.1, 1 / 3, -0.0], [1e10, 1e-10, 123456.789], [1e5, 999999.5, 1e6], [9.999995, 1e-4, 1e-5], [nan, inf, -inf]):
        text(mx.array(row, dtype=dtype))
for dtype in INTEGERS:
    low, high = mx.iinfo(dtype).min, mx.iinfo(dtype).max
    text(mx.array(np.array([low, high], dtype=str(dtype).split(".")[-1])))
text(mx.array([1 + 2j, -1.5 - 0.25j, complex(0, -0.0), complex(nan, inf), complex(1, nan), complex(1, -inf)]))
for shape in ([0], [2, 0], [0, 2], [1, 1, 1], [6], [7], [1001], [2, 2], [2, 7], [7, 2], [8, 8], [2, 2, 2], [7, 7, 7], [1, 8, 1], [2, 1, 2, 3]):
    text(mx.reshape(mx.arange(int(np.prod(shape))), shape))

golden.write()
