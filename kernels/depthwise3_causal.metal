// Causal depthwise convolution with three taps: padding of two on the left, none on the right.
//
//   y[b, c, t] = bias[c] + w[c, 0] x[b, c, t-2] + w[c, 1] x[b, c, t-1] + w[c, 2] x[b, c, t],   x before 0 is 0
//
// shapes   x (B, C, L), w (C, 3), bias (C), all f32; y (B, C, L) f32
// thread   one output; x runs along L, y along the channels, z along the batch
// launch   grid (L, C, B), exact
// error    one product and three fused steps: at most 4 * 2^-24 of the sum of the terms' magnitudes
// source   the short convolution of M2-BERT: torch's Conv1d(padding=2), cut to its first L outputs; w[c, 2] is the
//          current token
//
// ember: let B = 2, C = 24, L = 131
// ember: bench B = 8, C = 768, L = 8192
// ember: input x = f32(B, C, L):normal(0)
// ember: input w = f32(C, 3):normal(1)
// ember: input bias = f32(C):normal(2)
// ember: output y = f32(B, C, L)
// ember: grid L,C,B
// ember: threadgroup 256,1,1
// ember: expect y = bias[div(i, L) % C] + (i % L >= 2 ? x[i-2] : 0) * w[div(i, L) % C, 0]
//   + (i % L >= 1 ? x[i-1] : 0) * w[div(i, L) % C, 1] + x * w[div(i, L) % C, 2] within 2.4e-7 of max

    uint t = thread_position_in_grid.x;
    uint c = thread_position_in_grid.y;
    uint i = (thread_position_in_grid.z * x_shape[1] + c) * x_shape[2] + t;

    float two_back = t >= 2 ? x[i - 2] : 0.0f;
    float one_back = t >= 1 ? x[i - 1] : 0.0f;

    float acc = two_back * w[3 * c];
    acc = fma(one_back, w[3 * c + 1], acc);
    acc = fma(x[i], w[3 * c + 2], acc);
    y[i] = acc + bias[c];
