"""Cases of random numbers: every distribution under fixed keys, by dtypes, shapes and bounds.

Exact (tolerance 0): split, uniform, randint, and bernoulli are integer arithmetic, conversions and single
roundings. The others go through erfinv, erf, log and log1p, which differ between libraries in the last places. Allowed is
the smallest power of two of units in the last place that holds: 2 of f32 for erfinv and log1p, 1 for gumbel's logarithms;
none where the result is rounded to a half type.
"""

import mlx.core as mx

from base import EPS, INTEGERS, Golden

golden = Golden("random_numbers")
REAL = [mx.float32, mx.float16, mx.bfloat16]
SHAPES = [[], [1], [2], [3], [7], [8], [0], [2, 3], [3, 0, 2], [5, 1, 3], [33]]
KEYS = [mx.random.key(s) for s in (0, 1, 12345678901234, 2**64 - 1)]
KEY = KEYS[2]


def case(op, call, inputs=(), tol=0.0, key=KEY, **keywords):
    """A call with the key as its last input."""

    def refuse(*xs, **kw):
        try:
            return call(*xs[:-1], key=xs[-1], **kw)
        except IndexError as error:
            raise ValueError(str(error)) from error

    golden.case(op, refuse, [*inputs, key], tol=tol, **keywords)


for key in KEYS:
    for num in (0, 1, 2, 3, 5, 16):
        case("split", lambda num, key: mx.random.split(key, num), key=key, num=num)

for key in KEYS[:2]:
    for shape in SHAPES:
        case("uniform", lambda shape, dtype, key: mx.random.uniform(0.0, 1.0, shape, dtype, key), key=key, shape=shape,
             dtype=mx.float32)
for dtype in REAL:
    for shape in SHAPES:
        case("uniform_in", lambda lo, hi, shape, dtype, key: mx.random.uniform(lo, hi, shape, dtype, key),
             [mx.array(-2), mx.array(3.3)], shape=shape, dtype=dtype)
    for lo, hi in [(0.0, 1e-3), (0.0, 1e4), (5.0, 5.0), (3.0, -3.0), (-1e-6, 1e-6)]:
        case("uniform_in", lambda lo, hi, shape, dtype, key: mx.random.uniform(lo, hi, shape, dtype, key),
             [mx.array(lo), mx.array(hi)], shape=[64], dtype=dtype)
    case("uniform_in", lambda lo, hi, shape, dtype, key: mx.random.uniform(lo, hi, shape, dtype, key),
         [mx.array([0.0, 10.0, 100.0]), mx.array([[1.0], [20.0]])], shape=[2, 3], dtype=dtype)
    case("uniform_in", lambda lo, hi, shape, dtype, key: mx.random.uniform(lo, hi, shape, dtype, key),
         [mx.array([0.0, 10.0, 100.0]), mx.array(200, dtype=mx.int16)], shape=[4, 2, 3], dtype=dtype)
for dtype in [mx.float64, mx.int32, mx.bool_, mx.complex64]:
    case("uniform", lambda shape, dtype, key: mx.random.uniform(0.0, 1.0, shape, dtype, key), shape=[3], dtype=dtype)
case("uniform_in", lambda lo, hi, shape, dtype, key: mx.random.uniform(lo, hi, shape, dtype, key),
     [mx.zeros([2, 3]), mx.array(1.0)], shape=[3], dtype=mx.float32)

# Conversions of floats outside the dtype's range are left to the machine by MLX; the bounds stay inside.
BOUNDS = {
    mx.bool_: [(0, 2), (0, 1)],
    mx.uint8: [(0, 10), (0, 255), (0, 256), (7, 8)],
    mx.uint16: [(0, 10), (100, 65535), (7, 8)],
    mx.uint32: [(0, 10), (0, 2**32 - 1), (7, 8), (2**24 + 1, 2**24 + 4)],
    mx.uint64: [(0, 10), (0, 2**40), (7, 8)],
    mx.int8: [(0, 10), (-128, 128), (-5, 7), (5, 2)],
    mx.int16: [(0, 10), (-32768, 32767), (-5, 7), (5, 2)],
    mx.int32: [(0, 10), (-2**30, 2**30), (-5, 7), (5, 2), (3, 3), (2**24 + 1, 2**24 + 4)],
    mx.int64: [(0, 10), (-2**40, 2**40), (-5, 7), (5, 2), (0, 2**62)],
}
randint = lambda lo, hi, shape, dtype, key: mx.random.randint(lo, hi, shape, dtype, key)
for dtype, bounds in BOUNDS.items():
    for lo, hi in bounds:
        case("randint", randint, [mx.array(lo), mx.array(hi)], shape=[40], dtype=dtype)
    for shape in ([], [0], [3, 5]):
        case("randint", randint, [mx.array(0), mx.array(2)], shape=shape, dtype=dtype)
for dtype in (mx.int16, mx.int32):
    case("randint", randint, [mx.array([0, 5, 10]), mx.array([[20], [30]])], shape=[2, 3], dtype=dtype)
    case("randint", randint, [mx.array([0.5, 5, 10]), mx.array([[20.5], [30]])], shape=[2, 3], dtype=dtype)
    case("randint", randint, [mx.array(-1.5), mx.array(1.5)], shape=[9], dtype=dtype)
for dtype in [mx.float32, mx.float16, mx.complex64]:
    case("randint", randint, [mx.array(0), mx.array(2)], shape=[3], dtype=dtype)

bernoulli = lambda p, shape, key: mx.random.bernoulli(p, shape, key)
for shape in SHAPES:
    case("bernoulli", bernoulli, [mx.array(0.5)], shape=shape)
for dtype in REAL + [mx.float64]:
    for p in (0.0, 0.01, 0.3, 0.999, 1.0, 2.0, -1.0, float("nan")):
        case("bernoulli", bernoulli, [mx.array(p, dtype=dtype)], shape=[50])
    case("bernoulli", bernoulli, [mx.array([0.1, 0.5, 0.9], dtype=dtype)], shape=[20, 3])
case("bernoulli", bernoulli, [mx.array([0.1, 0.5, 0.9])], shape=[3, 1])
for dtype in (mx.int32, mx.bool_):
    case("bernoulli", bernoulli, [mx.array(1, dtype=dtype)], shape=[3])

HALF = [mx.float16, mx.bfloat16]
for dtype in REAL + [mx.float64]:
    # f64 is made of f32 numbers, too.
    tol = 0.0 if dtype in HALF else EPS[mx.float32] * 2
    for shape in SHAPES + [[500]]:
        case("normal", lambda shape, dtype, key: mx.random.normal(shape, dtype, key=key), tol=tol, shape=shape, dtype=dtype)
    for loc, scale in [(0.0, 2.0), (1.5, 0.5), (-3.0, 0.0)]:
        case("normal_with", lambda loc, scale, shape, dtype, key: mx.random.normal(shape, dtype, loc, scale, key),
             [mx.array(loc), mx.array(scale)], tol=tol, shape=[100], dtype=dtype)
    case("normal_with", lambda loc, scale, shape, dtype, key: mx.random.normal(shape, dtype, loc, scale, key),
         [mx.array([0.0, 100.0, -1.0]), mx.array([[1.0], [2.0]])], tol=tol, shape=[2, 3], dtype=dtype)
    for loc, scale in [(0.0, 1.0), (0.7, 2.5), (0.0, 0.5), (-1.0, 1.0)]:
        case("laplace", lambda shape, dtype, loc, scale, key: mx.random.laplace(shape, dtype, loc, scale, key),
             tol=tol, shape=[100], dtype=dtype, loc=loc, scale=scale)
for shape in ([], [3], [2, 2], [0], [50]):
    case("normal", lambda shape, dtype, key: mx.random.normal(shape, dtype, key=key), tol=EPS[mx.float32] * 2, shape=shape,
         dtype=mx.complex64)
case("normal_with", lambda loc, scale, shape, dtype, key: mx.random.normal(shape, dtype, loc, scale, key),
     [mx.array(1 + 2j), mx.array(0.5)], tol=EPS[mx.float32] * 2, shape=[20], dtype=mx.complex64)
for dtype in (mx.int32, mx.bool_):
    case("normal", lambda shape, dtype, key: mx.random.normal(shape, dtype, key=key), shape=[3], dtype=dtype)
    case("laplace", lambda shape, dtype, key: mx.random.laplace(shape, dtype, key=key), shape=[3], dtype=dtype)

for dtype in REAL:
    for shape in SHAPES + [[200]]:
        case("gumbel", lambda shape, dtype, key: mx.random.gumbel(shape, dtype, key),
             tol=0.0 if dtype in HALF else EPS[dtype], shape=shape,
             dtype=dtype)
    # The bounds go through erf, and erfinv is steep near 1: at 3 a unit of erf becomes 100 of the result, near 0 one.
    for lo, hi in [(-1.0, 2.0), (0.0, 0.5), (-3.0, 3.0), (-0.1, 0.1), (2.0, -2.0)]:
        case("truncated_normal",
             lambda lo, hi, shape, dtype, key: mx.random.truncated_normal(lo, hi, shape, dtype, key),
             [mx.array(lo), mx.array(hi)], tol=0.0 if dtype in HALF else EPS[dtype] * (32 if hi > 1 else 2), shape=[100],
             dtype=dtype)
    case("truncated_normal", lambda lo, hi, shape, dtype, key: mx.random.truncated_normal(lo, hi, shape, dtype, key),
         [mx.array([-1.0, 0.0]), mx.array([[1.0], [2.0]])], tol=0.0 if dtype in HALF else EPS[dtype] * 2, shape=[2, 2], dtype=dtype)
for dtype in (mx.float64, mx.int32):
    case("gumbel", lambda shape, dtype, key: mx.random.gumbel(shape, dtype, key), shape=[3], dtype=dtype)
    case("truncated_normal", lambda lo, hi, shape, dtype, key: mx.random.truncated_normal(lo, hi, shape, dtype, key),
         [mx.array(-1.0), mx.array(1.0)], shape=[3], dtype=dtype)

for key in [mx.array([1, 2, 3], dtype=mx.uint32), mx.array([1, 2]), mx.array(1, dtype=mx.uint32)]:
    case("uniform", lambda shape, dtype, key: mx.random.uniform(0.0, 1.0, shape, dtype, key), key=key, shape=[3],
         dtype=mx.float32)
for key in KEYS:
    for n in (0, 1, 2, 5, 33):
        case("permutation", lambda n, key: mx.random.permutation(n, key=key), key=key, n=n)
for dtype in [mx.bool_, mx.float16, mx.bfloat16, mx.float32, mx.float64, mx.complex64] + INTEGERS:
    for axis in (0, 1, -1, -3):
        case("permuted", lambda x, axis, key: mx.random.permutation(x, axis=axis, key=key),
             [(mx.arange(24) % 11).astype(dtype).reshape(2, 3, 4)], axis=axis)

logits = mx.random.normal([3, 4, 5], key=mx.random.key(9))
for dtype in REAL:
    x = logits.astype(dtype)
    for axis in (0, 1, 2, -1):
        case("categorical", lambda x, axis, key: mx.random.categorical(x, axis, key=key), [x], axis=axis)
        case("categorical", lambda x, axis, num_samples, key: mx.random.categorical(x, axis, num_samples=num_samples, key=key),
             [x], axis=axis, num_samples=7)
    case("categorical", lambda x, axis, shape, key: mx.random.categorical(x, axis, shape=shape, key=key), [x], axis=-1,
         shape=[2, 3, 4])
    case("categorical", lambda x, axis, shape, key: mx.random.categorical(x, axis, shape=shape, key=key), [x], axis=1,
         shape=[6, 3, 5])
case("categorical", lambda x, axis, shape, key: mx.random.categorical(x, axis, shape=shape, key=key), [logits], axis=-1,
     shape=[3])
case("categorical", lambda x, axis, key: mx.random.categorical(x, axis, key=key), [logits], axis=3)
golden.write()
