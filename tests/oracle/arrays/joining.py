"""Cases of views, joining, splitting, repeating and padding. All exact: elements are moved.

Not recorded: `as_strided` beyond the array (MLX reads other memory; here an error), `pad` of an empty axis by its edge
(MLX makes up zeros; here an error), `concatenate` of 0-d arrays (MLX returns the first; here an error, as in NumPy).
"""

import mlx.core as mx
import numpy as np

from base import ALL, Golden, sample

golden = Golden("joining")


def grid(*shape, dtype=mx.int32):
    count = int(np.prod(shape))
    if dtype == mx.bool_:
        return mx.array(np.arange(count) % 3 == 0).reshape(shape)
    x = mx.array(np.arange(count, dtype=np.int32)).reshape(shape)
    return x.astype(dtype) * mx.array(1 - 2j) if dtype == mx.complex64 else x.astype(dtype)


x, f = grid(2, 3, 4), grid(2, 3, 4, dtype=mx.float32)
VIEWED = ("transpose", "every_second", "reversed", "broadcast")


def many(op, call, inputs, variants):
    for keywords in variants:
        golden.case(op, call, inputs, **keywords)


many("as_strided", mx.as_strided, [x], [
    dict(shape=(2, 2), strides=(1, 2), offset=3), dict(shape=(3, 3), strides=(1, 1), offset=0),
    dict(shape=(4,), strides=(-2,), offset=20), dict(shape=(2, 5), strides=(0, 3), offset=1), dict(shape=(), strides=(), offset=7),
    dict(shape=(0, 3), strides=(4, 1), offset=0),
])
for view in VIEWED:
    if view != "every_second":  # MLX refuses it there, and takes the others.
        golden.case("as_strided", mx.as_strided, [x], shape=(2, 3), strides=(1, 4), offset=2, views=[view])
    golden.case("contiguous", mx.contiguous, [x], views=[view])
    golden.case("diagonal", mx.diagonal, [x], offset=1, axis1=0, axis2=2, views=[view])
    golden.case("tril", mx.tril, [x], k=0, views=[view])
    golden.case(
        "roll", lambda x: mx.roll(x, 2, -1), [x], views=[view], args={"shift": [2], "axis": -1})
    golden.case("concatenate", lambda *a: mx.concatenate(list(a), axis=-1), [x, x], views=[view, view], args={"axis": -1})
    golden.case("pad", mx.pad, [x], pad_width=(1, 2), views=[view])
    golden.case("repeat", mx.repeat, [x], repeats=2, axis=1, views=[view])
    golden.case("flip", lambda x: mx.flip(x, 0), [x], views=[view], args={"axis": 0})
    golden.case("tile", lambda x: mx.tile(x, (2, 1, 3)), [x], views=[view], args={"reps": [2, 1, 3]})
for dtype in ALL:
    y = grid(3, 4, dtype=dtype)
    golden.case("diag", mx.diag, [y], k=1)
    golden.case("diag", mx.diag, [y[0]], k=-1)
    golden.case("tril", mx.tril, [y], k=-1)
    golden.case("triu", mx.triu, [y], k=1)
    golden.case("pad", mx.pad, [y], pad_width=((1, 2), (0, 1)))
    golden.case("pad", lambda y: mx.pad(y, 1, constant_values=1), [y], args={"pad_width": 1, "value": 1})
    golden.case("concatenate", lambda *a: mx.concatenate(list(a), axis=0), [y, x[0]], args={"axis": 0})
    golden.case("stack", lambda *a: mx.stack(list(a), axis=1), [y, x[0]], args={"axis": 1})
    golden.case("trace", mx.trace, [y])
    for other in (mx.int8, mx.float16, mx.uint32, mx.float64, mx.complex64, mx.uint8):
        if dtype != mx.bool_:
            golden.case("view", lambda y, dtype: mx.view(y, dtype), [y], dtype=other)
golden.case("view", lambda y, dtype: mx.view(y, dtype), [mx.array(3)], dtype=mx.int8)
golden.case("view", lambda y, dtype: mx.view(y, dtype), [mx.array(3)], dtype=mx.float32)
golden.case("view", lambda y, dtype: mx.view(y, dtype), [grid(3)], dtype=mx.int64)
golden.case("view", lambda y, dtype: mx.view(y, dtype), [grid(3, 4)], dtype=mx.int64, views=["transpose"])
golden.case("view", lambda y, dtype: mx.view(y, dtype), [grid(3, 4)], dtype=mx.float32, views=["reversed"])
for y in (mx.array(3), grid(3), grid(2, 3), x, grid(0, 2)):
    for op in ("atleast_1d", "atleast_2d", "atleast_3d"):
        golden.case(op, getattr(mx, op), [y])
many("unflatten", lambda x, axis, shape: mx.unflatten(x, axis, shape), [x], [
    dict(axis=2, shape=(2, -1)), dict(axis=-1, shape=(4,)), dict(axis=0, shape=(1, 2, 1)), dict(axis=1, shape=(2, 2)), dict(axis=3, shape=(2,)),
])
for offset in (0, 1, -1, 3, -3, 5, -7):
    for axes in ((0, 1), (0, 2), (2, 1), (-1, 0)):
        golden.case("diagonal", mx.diagonal, [x], offset=offset, axis1=axes[0], axis2=axes[1])
    golden.case("diag", mx.diag, [x[0]], k=offset)
    golden.case("diag", mx.diag, [x[0, 0]], k=offset)
    golden.case("tril", mx.tril, [x], k=offset)
    golden.case("triu", mx.triu, [x], k=offset)
    if abs(offset) < 2:  # MLX hangs on the trace of a diagonal outside the matrix.
        golden.case("trace", mx.trace, [x], offset=offset, axis1=0, axis2=2)
golden.case("diagonal", mx.diagonal, [x], offset=0, axis1=1, axis2=1)
golden.case("diagonal", mx.diagonal, [x], offset=0, axis1=0, axis2=5)
golden.case("diag", mx.diag, [mx.array(1)], k=0)
golden.case("diag", mx.diag, [x], k=0)
golden.case("tril", mx.tril, [grid(3)], k=0)
for shift, axis in [((1,), None), ((-2,), None), ((1, -2), (0, 2)), ((2,), (0, 2)), ((5,), 1), ((0,), 0), ((-1,), -1), ((100,), None)]:
    golden.case("roll", lambda x, s=shift, a=axis: mx.roll(x, s if len(s) > 1 else s[0], a), [x], args={"shift": shift, "axis": axis})
golden.case("roll", lambda x: mx.roll(x, 1), [mx.array(3)], args={"shift": [1], "axis": None})
golden.case("roll", lambda x: mx.roll(x, 1, 0), [grid(0, 3)], args={"shift": [1], "axis": 0})
for axis in (None, 0, -1, (0, 2), (1,), 3):
    golden.case("flip", lambda x, a=axis: mx.flip(x, a), [x], args={"axis": axis})
for width in (0, 1, (1, 2), ((1, 2),), ((1, 2), (0, 0), (1, 0)), ((1, 2), (0, 0))):
    for mode in ("constant", "edge", "reflect", "symmetric"):
        if mode in ("constant", "edge") or width in (0, 1, ((1, 2), (0, 0))):
            golden.case("pad", mx.pad, [x], pad_width=width, mode=mode)
    golden.case("pad", lambda x, w=width: mx.pad(x, w, constant_values=mx.array(9)), [x], args={"pad_width": width, "value": 9})
golden.case("pad", mx.pad, [grid(0, 2)], pad_width=1)
golden.case("pad", mx.pad, [grid(5)], pad_width=3, mode="reflect")
golden.case("pad", mx.pad, [grid(5)], pad_width=(4, 2), mode="symmetric")
for reps in ((2,), (2, 1, 1, 2), (0,), (1, 1, 1), (3, 2)):
    golden.case("tile", lambda x, r=reps: mx.tile(x, r), [x], args={"reps": reps})
    golden.case("tile", lambda x, r=reps: mx.tile(x, r), [mx.array(3)], args={"reps": reps})
for repeats in (0, 1, 3):
    for axis in (None, 0, 1, -1, 3):
        golden.case("repeat", mx.repeat, [x], repeats=repeats, axis=axis)
golden.case("repeat", mx.repeat, [mx.array(3)], repeats=2, axis=None)
for axis in (None, 0, 1, 2, -1, 3):
    golden.case("concatenate", lambda *a, axis: mx.concatenate(list(a), axis=axis), [x, f], axis=axis)
    golden.case("concatenate", lambda *a, axis: mx.concatenate(list(a), axis=axis), [x, x[:, :1], x], axis=axis)
    golden.case("stack", lambda *a, axis: mx.stack(list(a), axis=axis), [x, f, x], axis=axis if axis is not None else -4)
golden.case("concatenate", lambda *a, axis: mx.concatenate(list(a), axis=axis), [grid(0, 3), grid(2, 3)], axis=0)
golden.case("concatenate", lambda *a, axis: mx.concatenate(list(a), axis=axis), [x, x[0]], axis=0)
golden.case("stack", lambda *a, axis: mx.stack(list(a), axis=axis), [x, x[:1]], axis=0)
golden.case("stack", lambda *a, axis: mx.stack(list(a), axis=axis), [mx.array(1), mx.array(2)], axis=0)
for sections, axis in [(3, 1), (2, 0), (2, 1), ([1, 3], 2), ([1, 5, 2], 2), ([-1], 2), ([-9], -1), ([], 0), (0, 2), (1, 3), ([0, 0, 4], 2)]:
    golden.case("split", lambda x, s=sections, a=axis: mx.split(x, s, a), [x], args={"sections": sections, "axis": axis})
golden.case("split", lambda x: mx.split(x, 2, 2), [x], views=["transpose"], args={"sections": 2, "axis": 2})
golden.case("broadcast_arrays", lambda *a: mx.broadcast_arrays(*a), [x[:1], x[:, :1], mx.array(2)])
golden.case("broadcast_arrays", lambda *a: mx.broadcast_arrays(*a), [x, x[:, :2]])
for dtype in ALL:
    for n, axis in ((0, -1), (1, -1), (2, 0), (1, 0), (9, 1)):
        golden.case("diff", mx.diff, [sample(dtype, [3, 4])], n=n, axis=axis)
    for axis in (0, -1):
        golden.case("unstack", mx.unstack, [sample(dtype, [2, 3])], axis=axis)
for view in VIEWED:
    golden.case("diff", mx.diff, [sample(mx.float32, [3, 4])], views=[view], n=1, axis=-1)
    golden.case("unstack", mx.unstack, [sample(mx.float32, [3, 4])], views=[view], axis=0)
    golden.case("matrix_transpose", mx.matrix_transpose, [sample(mx.float32, [2, 3, 4])], views=[view])
golden.case("diff", mx.diff, [mx.zeros([2, 0])], n=1, axis=0)
golden.case("diff", mx.diff, [sample(mx.float32, [3])], n=1, axis=1)
golden.case("unstack", mx.unstack, [sample(mx.float32, [3])], axis=1)
golden.case("matrix_transpose", mx.matrix_transpose, [sample(mx.float32, [3])])

golden.write()
