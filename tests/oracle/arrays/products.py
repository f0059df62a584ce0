"""Cases of matrix and tensor products.

Tolerances. Sums of up to 40 products of normally distributed numbers, in another order than ours: 32 units. Half types: MLX
sums in its own blocks and rounds once or per block, we once: 8 units of theirs.
"""

import mlx.core as mx

from base import ALL, EPS, FLOATS, Golden, sample

golden = Golden("products")
PRODUCTS = FLOATS + [mx.complex64]


def tolerance(dtype):
    return (8 if dtype in (mx.float16, mx.bfloat16) else 32) * EPS.get(dtype, EPS[mx.float32])


def other(dtype, shape):
    """A second operand, different from `sample` of the same shape."""
    return mx.reshape(mx.flip(mx.reshape(sample(dtype, shape), [-1]), 0) if hasattr(mx, "flip") else mx.reshape(sample(dtype, shape), [-1])[::-1], shape)


SHAPES = [
    ([3, 4], [4, 5]), ([1, 7], [7, 1]), ([4], [4, 3]), ([3, 4], [4]), ([6], [6]), ([2, 3, 4], [4, 5]), ([2, 3, 4], [2, 4, 5]),
    ([2, 1, 3, 4], [5, 4, 2]), ([3, 4], [2, 4, 5]), ([5], [2, 5, 3]), ([2, 3, 5], [5]), ([0, 4], [4, 3]), ([3, 0], [0, 2]),
    ([2, 0, 3], [3, 4]), ([17, 33], [33, 9]), ([1, 1], [1, 1]),
]
for a, b in SHAPES:
    for dtype in PRODUCTS:
        golden.case("matmul", mx.matmul, [sample(dtype, a), other(dtype, b)], tol=tolerance(dtype), signed_zeros=False)
for a, b in [([3, 4], [5, 4]), ([4], [5]), ([2, 3, 4], [3, 4, 5]), ([], [3]), ([3, 2], [])]:
    golden.case("matmul", mx.matmul, [sample(mx.float32, a), sample(mx.float32, b)])
for dtype in ALL:
    for second in (mx.float16, mx.bfloat16, mx.float32, mx.int32):
        golden.case("matmul", mx.matmul, [sample(dtype, [2, 3]), other(second, [3, 2])], tol=8 * EPS[mx.bfloat16], signed_zeros=False)
x, y = sample(mx.float32, [6, 6]), other(mx.float32, [6, 6])
for view in ("transpose", "reversed", "broadcast"):
    golden.case("matmul", mx.matmul, [x, y], tol=tolerance(mx.float32), views=[view, None], signed_zeros=False)
    golden.case("matmul", mx.matmul, [x, y], tol=tolerance(mx.float32), views=[None, view], signed_zeros=False)
    golden.case("matmul", mx.matmul, [x, y], tol=tolerance(mx.float32), views=[view, "transpose"], signed_zeros=False)
wide = sample(mx.float32, [6, 12])
golden.case("matmul", mx.matmul, [wide, y], tol=tolerance(mx.float32), views=["every_second", None], signed_zeros=False)

for dtype in FLOATS:
    a, b = sample(dtype, [3, 4]), other(dtype, [4, 5])
    for c in ([3, 5], [5], [1, 5], [3, 1]):
        for alpha, beta in ((1.0, 1.0), (0.5, 2.0)):
            golden.case("addmm", mx.addmm, [sample(dtype, c), a, b], tol=2 * tolerance(dtype), signed_zeros=False, alpha=alpha, beta=beta)
golden.case("addmm", mx.addmm, [sample(mx.float32, [4]), sample(mx.float32, [3, 4]), other(mx.float32, [4, 5])], alpha=1.0, beta=1.0)

for a, b in [([4], [4]), ([2, 4], [4]), ([2, 4], [3, 4]), ([2, 3, 4], [5, 4]), ([], [3]), ([2], [])]:
    for dtype in FLOATS:
        golden.case("inner", mx.inner, [sample(dtype, a), other(dtype, b)], tol=tolerance(dtype), signed_zeros=False)
golden.case("inner", mx.inner, [sample(mx.float32, [4]), sample(mx.float32, [5])])
for a, b in [([4], [3]), ([2, 2], [3]), ([], [3]), ([0], [3])]:
    for dtype in ALL:
        golden.case("outer", mx.outer, [sample(dtype, a), other(dtype, b)], signed_zeros=False)
for a, b in [([2], [3]), ([2, 2], [3, 1]), ([2], [2, 2])]:
    for dtype in FLOATS:
        golden.case("kron", mx.kron, [sample(dtype, a), other(dtype, b)], signed_zeros=False)

DOTS = [
    ([3, 4], [4, 5], 1), ([3, 4], [3, 4], 2), ([2, 3, 4], [4, 3, 2], [[1, 2], [1, 0]]), ([2, 3, 4], [3, 2, 5], [[0, 1], [1, 0]]),
    ([3], [4], 0), ([2, 3], [3, 2], [[-1], [0]]), ([2, 3], [3, 2], 2), ([2, 3], [4, 2], 1),
]
for a, b, axes in DOTS:
    for dtype in FLOATS:
        golden.case("tensordot", mx.tensordot, [sample(dtype, a), other(dtype, b)], tol=tolerance(dtype), signed_zeros=False, axes=axes)

EINSUMS = [
    ("ij,jk->ik", [[2, 3], [3, 4]]), ("ij,jk", [[2, 3], [3, 4]]), ("ij->ji", [[2, 3]]), ("ij->", [[2, 3]]), ("ij->i", [[2, 3]]),
    ("ii->i", [[3, 3]]), ("ii", [[3, 3]]), ("ij,ij->", [[2, 3], [2, 3]]), ("i,j->ij", [[2], [3]]), ("bij,bjk->bik", [[2, 3, 4], [2, 4, 5]]),
    ("bhqd,bhkd->bhqk", [[2, 2, 3, 4], [2, 2, 5, 4]]), ("ij,jk,kl->il", [[2, 3], [3, 4], [4, 2]]), ("i,ij,j->", [[2], [2, 3], [3]]),
    ("abc,cd,e->abde", [[2, 2, 3], [3, 2], [2]]), ("ij,ij->ij", [[2, 3], [2, 3]]), ("ik,jk->ij", [[2, 4], [3, 4]]), ("...ij,...jk->...ik", [[2, 3, 4], [2, 4, 5]]),
    ("ij,jk->ki", [[2, 3], [3, 4]]), ("i...->...", [[2, 3]]), ("ij,kj->", [[2, 3], [4, 3]]),
    ("ij,jk->il", [[2, 3], [3, 4]]), ("ij,jk", [[2, 3]]), ("ij,jk->ik", [[2, 3], [4, 4]]), ("ijk,jk->ik", [[2, 3], [3, 4]]), ("i1->i", [[2, 3]]),
]
for text, shapes in EINSUMS:
    for dtype in (mx.float32, mx.float64, mx.float16, mx.complex64):
        operands = [other(dtype, s) if i % 2 else sample(dtype, s) for i, s in enumerate(shapes)]
        golden.case("einsum", lambda *x, t=text: mx.einsum(t, *x), operands, tol=4 * tolerance(dtype), signed_zeros=False, args={"text": text})

for dtype in ALL:
    if dtype != mx.bool_:
        for shape, axis in (([5], -1), ([2, 3], 0), ([2, 3], -1), ([0], 0), ([2, 0], 1)):
            golden.case("vecdot", mx.vecdot, [sample(dtype, shape), other(dtype, shape)], tol=tolerance(dtype), signed_zeros=False, axis=axis)
golden.case("vecdot", mx.vecdot, [sample(mx.float32, [2, 3]), sample(mx.float32, [2, 4])], axis=-1)
golden.case("vecdot", mx.vecdot, [sample(mx.float32, [2, 3]), sample(mx.float32, [2, 3])], axis=2)

golden.write()
