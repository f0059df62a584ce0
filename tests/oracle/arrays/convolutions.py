"""Cases of convolutions.

Tolerances. Sums of up to 60 products in another order than ours: 32 units; half types 8 units of theirs, since MLX rounds
partial sums.
"""

import mlx.core as mx

from base import EPS, Golden, sample

golden = Golden("convolutions")
TYPES = [mx.float32, mx.float16, mx.bfloat16]


def tolerance(dtype):
    return (16 if dtype in (mx.float16, mx.bfloat16) else 64) * EPS[dtype]


def conv(op, call, x, w, dtype=mx.float32, views=None, **keywords):
    golden.case(op, call, [sample(dtype, x), sample(dtype, w)], tol=tolerance(dtype), views=views, signed_zeros=False, **keywords)


for dtype in TYPES:
    for stride in (1, 2, 3):
        for padding in (0, 1, 2):
            for dilation in (1, 2):
                conv("conv1d", mx.conv1d, [2, 9, 3], [4, 3, 3], dtype, stride=stride, padding=padding, dilation=dilation, groups=1)
    for groups, x, w in [(2, [2, 8, 4], [6, 3, 2]), (4, [1, 8, 4], [4, 3, 1]), (4, [1, 8, 4], [8, 3, 1])]:
        conv("conv1d", mx.conv1d, x, w, dtype, stride=1, padding=1, dilation=1, groups=groups)
    for stride in (1, [2, 1]):
        for padding in (0, [1, 2]):
            for dilation in (1, [1, 2]):
                conv("conv2d", mx.conv2d, [2, 6, 7, 2], [3, 2, 3, 2], dtype, stride=stride, padding=padding, dilation=dilation, groups=1)
    conv("conv2d", mx.conv2d, [1, 5, 5, 4], [4, 3, 3, 1], dtype, stride=1, padding=1, dilation=1, groups=4)
conv("conv3d", mx.conv3d, [1, 4, 5, 4, 2], [3, 2, 3, 2, 2], stride=1, padding=0, dilation=1, groups=1)
conv("conv3d", mx.conv3d, [1, 4, 5, 4, 2], [3, 2, 3, 2, 2], stride=2, padding=1, dilation=1, groups=1)
# Refused: channels, groups, windows that do not fit, axes.
conv("conv1d", mx.conv1d, [2, 9, 3], [4, 3, 2], stride=1, padding=0, dilation=1, groups=1)
conv("conv1d", mx.conv1d, [2, 9, 3], [4, 3, 1], stride=1, padding=0, dilation=1, groups=2)
conv("conv1d", mx.conv1d, [9, 3], [4, 3, 3], stride=1, padding=0, dilation=1, groups=1)
conv("conv2d", mx.conv2d, [2, 9, 3], [4, 3, 3], stride=1, padding=0, dilation=1, groups=1)

for flip in (False, True):
    for padding in (0, [[1], [2]], [[0], [2]]):
        for input_dilation in (1, 2):
            for kernel_dilation in (1, 2):
                conv("conv_general", mx.conv_general, [2, 7, 2], [3, 3, 2], stride=1, padding=padding, kernel_dilation=kernel_dilation,
                     input_dilation=input_dilation, groups=1, flip=flip)
conv("conv_general", mx.conv_general, [1, 6, 6, 4], [6, 3, 2, 2], stride=[1, 2], padding=[[1, 0], [0, 2]], kernel_dilation=[2, 1],
     input_dilation=[1, 2], groups=2, flip=False)

for stride in (1, 2):
    for padding in (0, 1):
        conv("conv_transpose1d", mx.conv_transpose1d, [2, 5, 3], [4, 3, 3], stride=stride, padding=padding, dilation=1, output_padding=0, groups=1)
        conv("conv_transpose2d", mx.conv_transpose2d, [1, 4, 3, 2], [3, 3, 2, 2], stride=stride, padding=padding, dilation=1, output_padding=0, groups=1)

for mode in ("full", "same", "valid"):
    for a, v in [([7], [3]), ([4], [4]), ([3], [6]), ([1], [1])]:
        golden.case("convolve", mx.convolve, [sample(mx.float32, a), sample(mx.float32, v)], tol=tolerance(mx.float32), signed_zeros=False, mode=mode)

golden.write()
