"""Cases of slices, index arrays and their updates.

All exact: elements are moved, or combined in the order in which they stand. Not recorded: single positions and index
arrays that reach outside (MLX reads other memory; here they are errors), and updates of duplicates by assignment (MLX does
not say which one stays; here the last). MLX cannot `take` a negative number.
"""

import mlx.core as mx
import numpy as np

from base import ALL, Golden

golden = Golden("indexing")
F = mx.array


def grid(*shape, dtype=mx.int32, start=0):
    count = int(np.prod(shape))
    if dtype == mx.bool_:
        return mx.array(np.arange(count) % 3 == 0).reshape(shape)
    x = mx.array(np.arange(start, start + count, dtype=np.int32)).reshape(shape)
    return x.astype(dtype) * mx.array(1 - 2j) if dtype == mx.complex64 else x.astype(dtype)


def entries(index, arrays):
    """An index as JSON; index arrays are inputs of the case."""
    out = []
    for i in index if isinstance(index, tuple) else (index,):
        if isinstance(i, slice):
            out.append([i.start, i.stop, i.step])
        elif i is None:
            out.append("new")
        elif i is Ellipsis:
            out.append("...")
        elif isinstance(i, mx.array):
            arrays.append(i)
            out.append("array")
        else:
            out.append(i)
    return out


def get(x, index, views=None):
    arrays = []
    args = {"index": entries(index, arrays)}
    views = [views] + [None] * len(arrays) if views else None

    def call(x, *_):
        return x[index]

    golden.case("slice", call, [x, *arrays], views=views, args=args)


def at(x, index, source, update, views=None):
    arrays = []
    args = {"index": entries(index, arrays), "update": update}

    def call(x, source, *_):
        if update == "set":
            y = mx.array(x)
            y[index] = source
            return y
        return getattr(x.at[index], update)(source)

    golden.case("at", call, [x, source, *arrays], views=views and [*views, *[None] * len(arrays)], args=args)


S = np.s_
x = grid(4, 3, 5)
for index in [
    S[1], S[-1], S[1:3], S[..., 1:-1, ::2], S[::-1], S[:, ::-1, ::-2], S[..., 0], S[0, ..., -1], S[None, :, None], S[2:2],
    S[3:1], S[-100:100], S[100:], S[:, -2:, 4:0:-1], S[:, :, -1:-100:-3], S[1, 2, 3], S[...], S[:, None, 1, None],
    S[1:2, 0:1], S[..., None], S[:, 5:2], S[::100], S[2::-100], S[-2, -3:-1],
]:
    get(x, index)
for view in ("transpose", "every_second", "reversed", "broadcast"):
    for index in [S[1], S[:, ::-1], S[..., 1:3], S[0, ..., ::-2]]:
        get(x, index, view)
for dtype in ALL:
    get(grid(3, 4, dtype=dtype), S[::2, -2::-1])
get(grid(0, 3), S[:, 1])
get(grid(0, 3), S[::-1])
get(F(3), S[...])
get(F(3), S[None])
for wrong in [S[0, 0, 0, 0], S[..., 0, ...]]:
    get(x, wrong)

i, j = F([1, 0]), F([2, 1])
k = F([[0, 1], [-1, 2]])
for index in [
    S[i], S[k], S[:, i], S[..., i], S[i, :, j], S[:, i, j], S[i, j], S[i, :, 1], S[:, i, 1], S[1, :, i], S[i, None, j],
    S[i, :, 1:3], S[::2, i], S[k, i], S[k, :, i], S[None, i], S[i, ..., None], S[i, i, i], S[1:3, k, ::-1], S[F(2)], S[:, F(-1)],
    S[F([0])[1:]], S[i[:, None], j[None]],
]:
    get(x, index)
for dtype in ALL:
    get(grid(4, 3, dtype=dtype), S[F([3, -1, 0])])
for dtype in ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"):
    get(x, S[:, F([2, 0, 0]).astype(getattr(mx, dtype))])
    golden.case("take", mx.take, [x, F([2, 0, 0]).astype(getattr(mx, dtype))], axis=1)
get(x, S[F([1.0])])
for view in ("transpose", "every_second", "reversed", "broadcast"):
    get(x, S[i], view)
    get(x, S[:, i, :], view)

# Updates.
for update in ("set", "add", "multiply", "maximum", "minimum"):
    for index in [S[1], S[1:3, ::2], S[..., ::-1], S[:, None, 0], S[2:2], S[::-2, -1]]:
        shape = x[index].shape
        at(x, index, grid(*shape, start=-7), update)
        at(x, index, F(5), update)
    for index in [S[i], S[:, i], S[i, :, j], S[k, 1], S[i, 1:3], S[:, i, ::-2], S[F(1)], S[i, None, j]]:
        shape = x[index].shape
        at(x, index, grid(*shape, start=-7), update)
    if update != "set":
        at(x, S[F([1, 1, 3, 1])], grid(4, 3, 5, start=2), update)
        at(x, S[:, F([1, 1, 0, 1])], grid(4, 5, start=2), update)
        at(x, S[F([0, 0, 2]), F([1, 1, 1])], grid(3, 5, start=-3), update)
    for dtype in ALL:
        at(grid(3, 4, dtype=dtype), S[1:], grid(4, dtype=dtype, start=2), update)
        if update != "set":
            at(grid(3, 4, dtype=dtype), S[F([1, 2, 1])], grid(3, 4, dtype=dtype, start=1), update)
    at(x, S[1], F([1.75, 2.5, 3.0, -4.5, 0.0]), update)
    at(grid(3, 4).T, S[i], grid(3, start=3), update)
    at(grid(0, 3), S[:, 1], F(1), update)
    at(F(3), S[...], F(4), update)

# take, take_along_axis, put_along_axis.
for axis in (None, 0, 1, 2, -1, -2):
    golden.case("take", mx.take, [x, k], axis=axis)
    golden.case("take", mx.take, [x, F(1)], axis=axis)
    golden.case("take", lambda x, axis: mx.take(x, 2 if axis in (None, 0, 2) else 1, axis=axis), [x], axis=axis,
                args={"axis": axis, "number": 2 if axis in (None, 0, 2) else 1})
    golden.case("take", mx.take, [x, F([], dtype=mx.int32)], axis=axis)
    for view in ("transpose", "every_second", "reversed"):
        golden.case("take", mx.take, [x, F([1, 0, 1])], axis=axis, views=[view, None])
for dtype in ALL:
    golden.case("take", mx.take, [grid(3, 4, dtype=dtype), F([3, 0])], axis=1)
    order = F([[3, 0, 0], [1, 2, -1], [0, 1, 2]])
    golden.case("take_along_axis", mx.take_along_axis, [grid(3, 4, dtype=dtype), order], axis=1)
    golden.case("put_along_axis", mx.put_along_axis, [grid(3, 4, dtype=dtype), F([[3], [0], [-2]]), F(1).astype(dtype)], axis=1)
golden.case("take", mx.take, [x, F([1.0])], axis=0)
golden.case("take", mx.take, [x, F([True])], axis=0)
golden.case("take", mx.take, [x, i], axis=3)
for axis in (0, 1, 2, -1):
    sizes = list(x.shape)
    sizes[axis] = 2
    low = mx.array(np.arange(int(np.prod(sizes))) * 7 % 3).reshape(sizes).astype(mx.int32)
    golden.case("take_along_axis", mx.take_along_axis, [x, low], axis=axis)
    for view in ("transpose", "reversed", "every_second"):
        y = {"transpose": x.T, "reversed": x, "every_second": mx.concatenate([x, x], axis=-1)}[view]
        if view == "every_second":
            y = mx.contiguous(mx.stack([x, x], axis=-1).reshape(4, 3, 10))
        golden.case("take_along_axis", mx.take_along_axis, [mx.contiguous(y), low], axis=axis, views=[view, None])
    ones = mx.zeros([1 if a == axis % 3 else n for a, n in enumerate(x.shape)], dtype=mx.int32)
    golden.case("put_along_axis", mx.put_along_axis, [x, ones, F(9)], axis=axis)
    golden.case("put_along_axis", mx.put_along_axis, [x, ones, -ones - 1], axis=axis)
golden.case("take_along_axis", mx.take_along_axis, [x, mx.zeros((1, 3, 1), dtype=mx.int32)], axis=0)
golden.case("take_along_axis", mx.take_along_axis, [x, F([5, 59, -1])], axis=None)
golden.case("put_along_axis", mx.put_along_axis, [x, F([5, 59, -2]), F([1, 2, 3])], axis=None)
golden.case("put_along_axis", mx.put_along_axis, [x, mx.zeros((4, 1, 1), dtype=mx.int32), F(7.5)], axis=2)
golden.case("take_along_axis", mx.take_along_axis, [x, i], axis=0)
golden.case("take_along_axis", mx.take_along_axis, [x, x.astype(mx.float32)], axis=0)
golden.case("put_along_axis", mx.put_along_axis, [x, i, F(1)], axis=0)
golden.write()
