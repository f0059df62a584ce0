"""Records mx.fft: all transforms, lengths, axes, norms, dtypes, views, refusals, and gradients.

Tolerance: both sides transform in f32, whose error grows with the logarithm of the length; over 128 elements of size 1
it stays below 8 units of the largest result, here at most sqrt(128). 4e-6 relative to max(1, |expected|) holds that.
"""

import mlx.core as mx
import numpy as np

from base import ALL, Golden

TOL = 4e-6
rng = np.random.default_rng(6)
golden = Golden("fft")


def real(*shape):
    return mx.array(rng.uniform(-1, 1, shape).astype(np.float32))


def complex_(*shape):
    return mx.array((rng.uniform(-1, 1, shape) + 1j * rng.uniform(-1, 1, shape)).astype(np.complex64))


def case(name, inputs, tol=TOL, views=None, **keywords):
    golden.case(name, getattr(mx.fft, name), inputs, tol=tol, views=views, **keywords)


ONE = {"fft": complex_, "ifft": complex_, "rfft": real, "irfft": complex_}

# Every kind of length: 1, powers of two, smooth, prime, and their neighbours.
for n in [1, 2, 3, 4, 5, 7, 8, 11, 12, 15, 16, 17, 30, 31, 64, 97, 100, 128]:
    for name, make in ONE.items():
        if name == "irfft":
            case(name, [make(n // 2 + 1)], n=n)
        else:
            case(name, [make(n)])
# Cut and padded, under every norm.
for norm in ["backward", "ortho", "forward"]:
    for n in [3, 6, 9, 12]:
        for name, make in ONE.items():
            case(name, [make(2, 6)], n=n, norm=norm)
# Axes from both ends, strided inputs.
for name, make in ONE.items():
    x = make(3, 4, 5)
    for axis in [0, 1, 2, -1, -2, -3]:
        case(name, [x], axis=axis)
    for view in ["transpose", "broadcast"]:
        for axis in [0, -1]:
            case(name, [x], axis=axis, views=[view])
    case(name, [make(20, 40)], axis=0)
    # Empty beside the axis; nothing along it, padded; nothing to transform.
    case(name, [mx.zeros((0, 4))])
    case(name, [mx.zeros((4, 0))], n=3)
    case(name, [mx.zeros((4, 0))])
    case(name, [x], n=0)
    case(name, [mx.array(1.0)])
    case(name, [x], axis=3)
    case(name, [x], axis=-4)
# Every dtype becomes f32 or complex64.
for dtype in ALL:
    x = mx.array([3, 1, 0, 1, 2, 1]).astype(dtype)
    for name in ONE:
        case(name, [x])
# Several axes.
MANY = {"fftn": complex_, "ifftn": complex_, "rfftn": real, "irfftn": complex_}
for name, make in MANY.items():
    x = make(3, 4, 6)
    case(name, [x])
    for axes in [[0], [0, 1], [1, 0], [2, 0], [-1, -3], [0, 1, 2], []]:
        case(name, [x], axes=axes)
    for norm in ["ortho", "forward"]:
        case(name, [x], s=[2, 5], axes=[0, 2], norm=norm)
        case(name, [x], s=[5, 4, 3], axes=[2, 1, 0], norm=norm)
    case(name, [x], axes=[0, -1], views=["transpose"])
    case(name, [x], s=[2, 3])
    case(name, [x], s=[2], axes=[0, 1])
    case(name, [x], axes=[0, 0])
    case(name, [x], axes=[2, -1])
    case(name, [x], s=[2, 0], axes=[0, 1])
    case(name, [mx.array(1.0)])
for name, make in {"fft2": complex_, "ifft2": complex_, "rfft2": real, "irfft2": complex_}.items():
    case(name, [make(2, 4, 5)])
    case(name, [make(4, 4)], s=[3, 6], norm="ortho")
    case(name, [make(4)])
# Where each frequency stands.
for n in [1, 2, 3, 4, 5, 8, 9]:
    golden.case("fftfreq", lambda n: mx.fft.fftfreq(n), [], tol=1e-7, n=n)
    golden.case("rfftfreq", lambda n: mx.fft.rfftfreq(n), [], tol=1e-7, n=n)
    golden.case("fftfreq", lambda n, d: mx.fft.fftfreq(n, d), [], tol=1e-7, n=n, d=0.25)
    golden.case("rfftfreq", lambda n, d: mx.fft.rfftfreq(n, d), [], tol=1e-7, n=n, d=-0.5)
for name in ["fftfreq", "rfftfreq"]:
    golden.case(name, lambda n, name=name: getattr(mx.fft, name)(n), [], n=0)
    golden.case(name, lambda n, d, name=name: getattr(mx.fft, name)(n, d), [], n=4, d=0.0)
# Gradients: what a cotangent sends back.
for name, make in ONE.items():
    for n in [1, 4, 5, 8, 9]:
        for norm in ["backward", "ortho", "forward"]:
            x = make(2, 5)
            f = lambda x: getattr(mx.fft, name)(x, n=n, norm=norm)
            out = f(x)
            g = real(*out.shape) if out.dtype == mx.float32 else complex_(*out.shape)
            golden.case(
                f"vjp_{name}", lambda x, g: mx.vjp(f, [x], [g])[1][0], [x, g], tol=TOL, args={"n": n, "norm": norm}
            )
golden.write()
