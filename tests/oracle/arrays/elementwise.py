"""Cases of the elementwise functions."""

import mlx.core as mx
import numpy as np

from base import ALL, Golden

golden = Golden("elementwise")
for dtype in ALL:
    x = mx.array([0, 1, 2, 3, 100, 7], dtype=dtype)
    golden.case("abs", mx.abs, [x])
    golden.case("add", mx.add, [x, x])
    golden.case("abs", mx.abs, [mx.reshape(x, [2, 3])], views=["transpose"])
    golden.case("abs", mx.abs, [mx.reshape(x, [2, 3])], views=["broadcast"])
    golden.case("abs", mx.abs, [mx.zeros([0, 3], dtype=dtype)])
    golden.case("add", mx.add, [mx.reshape(x, [6, 1]), mx.array(3, dtype=dtype)])
    for other in ALL:
        golden.case("add", mx.add, [x, mx.array([0, 1, 2, 3, 100, 7], dtype=other)])
golden.write()
