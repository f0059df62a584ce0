// One step of the mLSTM: matrix memory with exponential gates.
//
//   m' = max(log sigmoid(f) + m, i),  F = exp(log sigmoid(f) + m - m'),  I = exp(i - m')
//   C' = F C + I k v^T,   n' = F n + I k,   q~ = q / sqrt(dk)
//   h  = C'^T q~ / (max(|n' . q~|, exp(-m')) + eps)
//
// shapes   q, k (S, dk), v (S, dv), i_gate, f_gate (S), c (S, dk, dv), n (S, dk), m (S), eps scalar, all f32, where S
//          counts batch times heads; h (S, dv), c_out, n_out, m_out as c, n, m
// thread   one column of C: it reads and writes that column only, and computes m' and n' . q~ for itself, so that no
//          thread waits for another. Outputs are new arrays: nothing is read that another thread writes
// launch   grid (dv, S, 1), exact
// error    2^-24 (dk + 8) of the sum of magnitudes, divided by a denominator of at least exp(-m')
// source   Beck et al., xLSTM: Extended Long Short-Term Memory (2024), stabilised form
//
// ember: let S = 3, DK = 20, DV = 33
// ember: bench S = 32, DK = 256, DV = 512
// ember: input q = f32(S, DK):normal(0)
// ember: input k = f32(S, DK):normal(1)
// ember: input v = f32(S, DV):normal(2)
// ember: input i_gate = f32(S):normal(3)
// ember: input f_gate = f32(S):normal(3, 1, 4)
// ember: input c = f32(S, DK, DV):normal(5)
// ember: input n = f32(S, DK):normal(6)
// ember: input m = f32(S):normal(7)
// ember: input eps = 1e-6
// ember: output h = f32(S, DV)
// ember: output c_out = f32(S, DK, DV)
// ember: output n_out = f32(S, DK)
// ember: output m_out = f32(S)
// ember: grid DV,S,1
// ember: threadgroup 256,1,1
// ember: expect m_out = max(m - log1p(exp(-f_gate)), i_gate) within 1e-6
// ember: expect n_out = n * exp(m[div(i, DK)] - log1p(exp(-f_gate[div(i, DK)])) - m_out[div(i, DK)])
//   + k * exp(i_gate[div(i, DK)] - m_out[div(i, DK)]) within 2e-6
// ember: expect c_out = c * exp(m[div(i, DK * DV)] - log1p(exp(-f_gate[div(i, DK * DV)])) - m_out[div(i, DK * DV)])
//   + k[div(i, DV)] * v[div(i, DK * DV), i % DV] * exp(i_gate[div(i, DK * DV)] - m_out[div(i, DK * DV)]) within 4e-6
// ember: expect h = sum(j in 0..DK: c_out[div(i, DV), j, i % DV] * q[div(i, DV), j]) / sqrt(DK)
//   / (max(abs(sum(j in 0..DK: n_out[div(i, DV), j] * q[div(i, DV), j])) / sqrt(DK), exp(-m_out[div(i, DV)])) + eps)
//   within 4e-6 of max

    uint column = thread_position_in_grid.x;
    uint s = thread_position_in_grid.y;
    uint dv = threads_per_grid.x;
    uint dk = q_shape[1];

    float f = f_gate[s];
    float log_forget = min(f, 0.0f) - log1p(exp(-abs(f)));
    float m_new = max(log_forget + m[s], i_gate[s]);
    float forget = exp(log_forget + m[s] - m_new);
    float input = exp(i_gate[s] - m_new);
    float scale = 1.0f / sqrt(float(dk));

    float value = v[s * dv + column];
    float numerator = 0.0f;
    float normalizer = 0.0f;
    for (uint j = 0; j < dk; ++j) {
        float key = input * k[s * dk + j];
        float query = scale * q[s * dk + j];
        uint at = (s * dk + j) * dv + column;
        float c_new = fma(forget, c[at], key * value);
        float n_new = fma(forget, n[s * dk + j], key);
        c_out[at] = c_new;
        numerator = fma(c_new, query, numerator);
        normalizer = fma(n_new, query, normalizer);
    }
    h[s * dv + column] = numerator / (max(abs(normalizer), exp(-m_new)) + eps);

    // Each element of n' and m' is written by one thread.
    for (uint j = column; j < dk; j += dv) {
        n_out[s * dk + j] = fma(forget, n[s * dk + j], input * k[s * dk + j]);
    }
    if (column == 0) {
        m_out[s] = m_new;
    }
