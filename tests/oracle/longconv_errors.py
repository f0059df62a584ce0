"""The errors of scipy's f32 FFT convolution on the rows of `crates/array/tests/long_conv.rs`.

    python3 tests/oracle/longconv_errors.py      # needs numpy and scipy

Prints the table that the test `fast_is_as_near_as_scipy` holds: channels, length, and the rms and largest error of the
causal convolution by `scipy.signal.fftconvolve` in float32 against the same in float64 (whose own error is 1e-9 of that).
"""

import numpy as np
import scipy.signal


def numbers(seed, count):
    """The test's `numbers`: xorshift64, between -1 and 1, exact in float32."""
    mask, values = (1 << 64) - 1, []
    state = (seed * 0x9E3779B97F4A7C15 & mask) | 1
    for _ in range(count):
        state ^= state << 13 & mask
        state ^= state >> 7
        state ^= state << 17 & mask
        values.append(float(state >> 11) / (1 << 52) - 1.0)
    return np.array(values).astype(np.float32)


for channels, length in [(2048, 128), (128, 1000), (64, 2048), (8, 8192)]:
    u, k = (numbers(length + seed, channels * length).reshape(channels, length) for seed in (1, 2))
    convolve = lambda u, k: scipy.signal.fftconvolve(u, k, axes=-1)[:, :length]
    error = convolve(u, k) - convolve(u.astype(np.float64), k.astype(np.float64))
    print(f"({channels}, {length}, {np.sqrt(np.mean(error**2)):.3e}, {np.abs(error).max():.3e}),")
