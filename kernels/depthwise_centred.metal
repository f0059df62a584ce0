// Centred depthwise convolution with an odd number K of taps and zero padding, in any real dtype.
//
//   y[b, c, t] = sum over j < K of w[c, j] x[b, c, t + j - K/2],   x outside 0..L is 0
//
// shapes   x (B, C, L) and w (C, K) of dtype T; y (B, C, L) of dtype T; template T a float dtype, K odd
// thread   one output; x runs along L, y along the channels, z along the batch
// launch   grid (L, C, B), exact
// error    accumulated in f32, fused: at most K * 2^-24 of the sum of the terms' magnitudes, then rounded once to T
// source   torch's Conv1d(groups=C, padding=K/2)
//
// ember: let B = 2, C = 24, L = 131, K = 5
// ember: bench B = 8, C = 768, L = 8192
// ember: input x = f32(B, C, L):normal(0)
// ember: input w = f32(C, K):normal(1)
// ember: output y = f32(B, C, L)
// ember: template T = f32
// ember: template K = K
// ember: grid L,C,B
// ember: threadgroup 256,1,1
// ember: expect y = sum(j in 0..5: i % L + j - 2 >= 0 && i % L + j - 2 < L
//   ? w[div(i, L) % C, j] * x[i + j - 2] : 0) within 3e-7 of max

    static_assert(K % 2 == 1, "a centred convolution has an odd number of taps");
    int t = thread_position_in_grid.x;
    int c = thread_position_in_grid.y;
    int L = x_shape[2];
    size_t row = (size_t(thread_position_in_grid.z) * x_shape[1] + c) * L;

    float acc = 0.0f;
    for (int j = 0; j < K; ++j) {
        int s = t + j - K / 2;
        float v = (s >= 0 && s < L) ? float(x[row + s]) : 0.0f;
        acc = fma(v, float(w[c * K + j]), acc);
    }
    y[row + t] = static_cast<T>(acc);
