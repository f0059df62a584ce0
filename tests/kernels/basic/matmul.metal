// One thread per element of a product; the reference is summed in f64.
// ember: let M = 17, N = 9, K = 33
// ember: input a = f32(M, K):normal(1)
// ember: input b = f32(K, N):normal(2)
// ember: output c = f32(M, N)
// ember: grid N, M
// ember: threadgroup 8, 8
// ember: expect c = sum(k in 0..K: a[div(i, N), k] * b[k, i % N]) within 1e-6 of max
uint2 p = thread_position_in_grid.xy;
uint K = a_shape[1], N = b_shape[1];
float acc = 0;
for (uint k = 0; k < K; k++) {
    acc = fma(a[p.y * K + k], b[k * N + p.x], acc);
}
c[p.y * N + p.x] = acc;
