"""Cases of softmax, normalisation and activations.

Tolerances. Half types: MLX rounds after every step of an activation, we too (the chains are the same), but exp, erf and tanh
may round to neighbours: 4 units. Softmax and norms are compared with MLX's f32 result for the widened input, rounded. f32: 16
units, for MLX's exp is off by up to 20 in the last place at large arguments. f64: MLX's exp and erf are f32 functions.
"""

import mlx.core as mx
import mlx.nn as nn
import numpy as np

from base import ALL, EPS, FLOATS, Golden, sample

golden = Golden("nn")
inf, nan = float("inf"), float("nan")


def tolerance(dtype):
    if dtype in (mx.float16, mx.bfloat16):
        return 4 * EPS[dtype]
    return 16 * EPS[mx.float32]


def softmax(x, axis):
    """MLX rounds the softmax of integers over several axes to integers, that is to 0; we give f32 over any axes."""
    if not mx.issubdtype(x.dtype, mx.inexact):
        x = x.astype(mx.float32)
    return mx.softmax(x, axis=axis, precise=True)


for dtype in ALL:
    x = sample(dtype, [2, 5, 3])
    for axis in (None, -1, 0, [0, 2], [1, 2], []):
        golden.case("softmax", softmax, [x], tol=tolerance(dtype), axis=axis)
x = sample(mx.float32, [4, 6, 2])
for view in ("transpose", "every_second", "reversed", "broadcast"):
    golden.case("softmax", softmax, [x], tol=tolerance(mx.float32), views=[view], axis=-1)
    golden.case("softmax", softmax, [x], tol=tolerance(mx.float32), views=[view], axis=0)
for shape in ([0], [2, 0], [0, 3], [], [1, 1]):
    golden.case("softmax", softmax, [mx.zeros(shape)], axis=None)
    golden.case("softmax", softmax, [mx.zeros(shape)], axis=-1)
golden.case("softmax", softmax, [x], axis=3)
golden.case("softmax", softmax, [x], axis=[0, 0])
special = mx.array([[1.0, nan, 3.0], [inf, 1.0, 2.0], [-inf, -inf, -inf], [-inf, 1.0, -inf], [1000.0, 999.0, -1000.0]])
golden.case("softmax", softmax, [special], tol=tolerance(mx.float32), axis=-1)
wide = mx.array(np.random.default_rng(1).standard_normal([3, 1500]).astype(np.float32) * 5)
golden.case("softmax", softmax, [wide], tol=tolerance(mx.float32), axis=-1)
golden.case("log_softmax", nn.log_softmax, [wide[:, :50]], tol=tolerance(mx.float32), axis=-1)
golden.case("softmin", nn.softmin, [wide[:, :50]], tol=tolerance(mx.float32), axis=0)


def layer_norm(*arrays, weight, bias, eps):
    arrays = list(arrays)
    return mx.fast.layer_norm(arrays[0], arrays[1] if weight else None, arrays[-1] if bias else None, eps)


def rms_norm(*arrays, weight, eps):
    return mx.fast.rms_norm(arrays[0], arrays[1] if weight else None, eps)


for dtype in FLOATS:
    x, w, b = sample(dtype, [2, 3, 7]), sample(dtype, [7]), sample(dtype, [7])
    for weight in (False, True):
        golden.case("rms_norm", rms_norm, [x] + [w] * weight, tol=tolerance(dtype), weight=weight, eps=1e-5)
        for bias in (False, True):
            arrays = [x] + [w] * weight + [b] * bias
            golden.case("layer_norm", layer_norm, arrays, tol=tolerance(dtype), weight=weight, bias=bias, eps=1e-5)
    for other in FLOATS[:3]:
        golden.case("layer_norm", layer_norm, [x, w.astype(other), b], tol=tolerance(dtype), weight=True, bias=True, eps=1e-3)
        golden.case("rms_norm", rms_norm, [x, w.astype(other)], tol=tolerance(dtype), weight=True, eps=1e-3)
w = sample(mx.float32, [4])
for view in ("transpose", "reversed", "broadcast"):
    golden.case("layer_norm", layer_norm, [sample(mx.float32, [4, 4]), w], tol=tolerance(mx.float32), views=[view, None], weight=True, bias=False, eps=1e-5)
    golden.case("rms_norm", rms_norm, [sample(mx.float32, [4, 4]), w], tol=tolerance(mx.float32), views=[view, "reversed"], weight=True, eps=1e-5)
for x in (mx.array(1.0), mx.array([1, 2]), mx.array([1j]), mx.zeros([2, 0]), mx.zeros([0, 2]), mx.array([[5.0], [7.0]])):
    golden.case("layer_norm", layer_norm, [x], weight=False, bias=False, eps=1e-5)
    golden.case("rms_norm", rms_norm, [x], tol=tolerance(mx.float32), weight=False, eps=1e-5)
golden.case("layer_norm", layer_norm, [mx.ones([2, 3]), mx.ones([2])], weight=True, bias=False, eps=1e-5)
golden.case("rms_norm", rms_norm, [mx.ones([2, 3]), mx.ones([1, 3])], weight=True, eps=1e-5)
far = mx.array(np.random.default_rng(2).standard_normal([2, 768]).astype(np.float32) + 30)
golden.case("layer_norm", layer_norm, [far], tol=1e-4, weight=False, bias=False, eps=1e-12)

ACTIVATIONS = {
    "relu": {}, "relu2": {}, "relu6": {}, "leaky_relu": {"negative_slope": 0.1}, "elu": {"alpha": 1.5}, "celu": {"alpha": 1.5},
    "selu": {}, "gelu": {}, "gelu_approx": {}, "gelu_fast_approx": {}, "silu": {}, "softplus": {}, "log_sigmoid": {}, "mish": {},
    "softsign": {}, "softshrink": {"lambd": 0.5}, "hard_shrink": {"lambd": 0.5}, "hard_tanh": {"min_val": -1.0, "max_val": 0.5},
    "hardswish": {}, "step": {"threshold": 0.5},
}  # fmt: skip
x = mx.array([0.0, 0.5, -0.5, 1.0, -1.0, 0.1, -0.3, 2.5, -2.5, 5.0, -7.0, 20.0, -20.0, 1e-3])
for name, arguments in ACTIVATIONS.items():
    for dtype in FLOATS + [mx.int32]:
        golden.case(name, getattr(nn, name), [x.astype(dtype)], tol=tolerance(dtype), signed_zeros=False, **arguments)
golden.case("prelu", nn.prelu, [mx.reshape(x, [2, 7]), sample(mx.float32, [7])], tol=tolerance(mx.float32))

for dtype in FLOATS:
    for shape, axis in (([2, 4], -1), ([2, 4], 0), ([2, 0], 1)):
        golden.case("glu", nn.glu, [sample(dtype, shape)], tol=16 * EPS[mx.float32 if dtype == mx.float64 else dtype], signed_zeros=False, axis=axis)
golden.case("glu", nn.glu, [sample(mx.float32, [2, 3])], axis=-1)

golden.write()
