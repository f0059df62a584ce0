// The guide's depthwise convolution with three taps, its body verbatim: zero padding, fixed order of additions.
//
// ember: let B = 2, C = 64, L = 128
// ember: bench B = 8, C = 768, L = 8192
// ember: input params = u32:[B, C, L]
// ember: input x = f32(B, C, L):normal(0)
// ember: input k = f32(C, 3):normal(1)
// ember: output y = f32(B, C, L)
// ember: grid B*C*L,1,1
// ember: threadgroup 256,1,1
//
// Each term is rounded on its own, so the error is bounded by the terms, not by their sum.
// ember: expect y = (i % L >= 1 ? x[i-1] : 0) * k[div(i, L) % C * 3] + x * k[div(i, L) % C * 3 + 1]
//   + (i % L + 1 < L ? x[i+1] : 0) * k[div(i, L) % C * 3 + 2] within 1.5e-7 of max

    uint B = params[0];
    uint C = params[1];
    uint L = params[2];

    uint tid = thread_position_in_grid.x;
    uint total = B * C * L;
    if (tid >= total) return;

    uint b = tid / (C * L);
    uint rem = tid % (C * L);
    uint c = rem / L;
    uint t = rem % L;

    // Zero-pad access
    float v0 = (t >= 1) ? x[b * C * L + c * L + (t - 1)] : 0.0f;
    float v1 = x[b * C * L + c * L + t];
    float v2 = (t + 1 < L) ? x[b * C * L + c * L + (t + 1)] : 0.0f;

    float k0 = k[c * 3 + 0];
    float k1 = k[c * 3 + 1];
    float k2 = k[c * 3 + 2];

    // Fixed order for determinism
    float acc = v0 * k0;
    acc = fma(v1, k1, acc);
    acc = fma(v2, k2, acc);

    y[tid] = acc;
