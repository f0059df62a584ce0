// One step of the sLSTM: scalar memories with exponential gates and recurrent weights within each head.
//
//   (i, f, z, o) = w + R h
//   m' = max(log sigmoid(f) + m, i),  F = exp(log sigmoid(f) + m - m'),  I = exp(i - m')
//   c' = F c + I tanh(z),   n' = F n + I,   h' = sigmoid(o) c' / n'
//
// shapes   w (B, 4, H, d), the gates' inputs with their biases, in the order i, f, z, o; r (4, H, d, d), indexed by gate,
//          head, from, to; h, c, n, m (B, H, d); all f32; h_out, c_out, n_out, m_out as h
// thread   one unit; it reads the old h of its head and writes its own unit of new arrays, so there is no race
// launch   grid (d, H, B), exact
// error    2^-24 (d + 8) of the sum of magnitudes in the gates, and exp multiplies an absolute error of its argument
// note     c' / n' is 0 where n' is 0: the memory is empty then
// source   Beck et al., xLSTM: Extended Long Short-Term Memory (2024), stabilised form
//
// ember: let B = 2, H = 3, D = 19
// ember: bench B = 64, H = 4, D = 128
// ember: input w = f32(B, 4, H, D):normal(0)
// ember: input r = f32(4, H, D, D):normal(0, 0.2, 1)
// ember: input h = f32(B, H, D):uniform(-1, 1, 2)
// ember: input c = f32(B, H, D):normal(3)
// ember: input n = f32(B, H, D):uniform(0.5, 2, 4)
// ember: input m = f32(B, H, D):normal(5)
// ember: output h_out = f32(B, H, D)
// ember: output c_out = f32(B, H, D)
// ember: output n_out = f32(B, H, D)
// ember: output m_out = f32(B, H, D)
// ember: grid D,H,B
// ember: threadgroup 256,1,1
// ember: expect n_out = n * exp(m - m_out - log1p(exp(-(w[div(i, H * D), 1, div(i, D) % H, i % D]
//   + sum(j in 0..D: r[1, div(i, D) % H, j, i % D] * h[div(i, D) * D + j])))))
//   + exp(w[div(i, H * D), 0, div(i, D) % H, i % D]
//   + sum(j in 0..D: r[0, div(i, D) % H, j, i % D] * h[div(i, D) * D + j]) - m_out) within 4e-6
// ember: expect h_out = c_out / n_out / (1 + exp(-(w[div(i, H * D), 3, div(i, D) % H, i % D]
//   + sum(j in 0..D: r[3, div(i, D) % H, j, i % D] * h[div(i, D) * D + j])))) within 4e-6

    uint unit = thread_position_in_grid.x;
    uint head = thread_position_in_grid.y;
    uint b = thread_position_in_grid.z;
    uint d = threads_per_grid.x;
    uint heads = threads_per_grid.y;
    uint state = (b * heads + head) * d;

    float gate[4];
    for (uint g = 0; g < 4; ++g) {
        float sum = w[((b * 4 + g) * heads + head) * d + unit];
        for (uint j = 0; j < d; ++j) {
            sum = fma(r[((g * heads + head) * d + j) * d + unit], h[state + j], sum);
        }
        gate[g] = sum;
    }

    uint at = state + unit;
    float log_forget = min(gate[1], 0.0f) - log1p(exp(-abs(gate[1])));
    float m_new = max(log_forget + m[at], gate[0]);
    float forget = exp(log_forget + m[at] - m_new);
    float input = exp(gate[0] - m_new);
    float c_new = fma(forget, c[at], input * precise::tanh(gate[2]));
    float n_new = fma(forget, n[at], input);
    float output = 1.0f / (1.0f + exp(-gate[3]));

    c_out[at] = c_new;
    n_out[at] = n_new;
    m_out[at] = m_new;
    h_out[at] = n_new > 0.0f ? output * (c_new / n_new) : 0.0f;
