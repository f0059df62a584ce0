// Depthwise convolution with three centred taps, zero padding and a bias per channel.
//
//   y[b, c, t] = bias[c] + k[c, 0] x[b, c, t-1] + k[c, 1] x[b, c, t] + k[c, 2] x[b, c, t+1],   x outside 0..L is 0
//
// shapes   x (B, C, L), k (C, 3), bias (C), all f32; y (B, C, L) f32
// thread   one output; x runs along L, y along the channels, z along the batch, so nothing is divided
// launch   grid (L, C, B), exact: no thread is outside
// error    one product and three fused steps in a fixed order: at most 4 * 2^-24 of the sum of the terms' magnitudes
// source   the guide's depthwise3, with the bias its kernel takes and its wrapper forgets
//
// ember: let B = 2, C = 24, L = 131
// ember: bench B = 8, C = 768, L = 8192
// ember: input x = f32(B, C, L):normal(0)
// ember: input k = f32(C, 3):normal(1)
// ember: input bias = f32(C):normal(2)
// ember: output y = f32(B, C, L)
// ember: grid L,C,B
// ember: threadgroup 256,1,1
// ember: expect y = bias[div(i, L) % C] + (i % L >= 1 ? x[i-1] : 0) * k[div(i, L) % C, 0]
//   + x * k[div(i, L) % C, 1] + (i % L + 1 < L ? x[i+1] : 0) * k[div(i, L) % C, 2] within 2.4e-7 of max

    uint t = thread_position_in_grid.x;
    uint c = thread_position_in_grid.y;
    uint L = x_shape[2];
    uint i = (thread_position_in_grid.z * x_shape[1] + c) * L + t;

    float before = t > 0 ? x[i - 1] : 0.0f;
    float after = t + 1 < L ? x[i + 1] : 0.0f;

    float acc = before * k[3 * c];
    acc = fma(x[i], k[3 * c + 1], acc);
    acc = fma(after, k[3 * c + 2], acc);
    y[i] = acc + bias[c];
