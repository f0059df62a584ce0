// What is left of a vector after its projections: r = v - Q c.
//
// shapes   Q (m, k), v (m), c (k) f32; r (m) f32
// thread   every 32nd column of one row; a simdgroup owns a row and reads it from end to end
// launch   grid (32 m, 1, 1), threadgroup a multiple of 32
// error    (k / 32 + 6) * 2^-24 of |v| plus the sum of the products' magnitudes
// source   modified Gram-Schmidt
//
// ember: let M = 131, K = 45
// ember: bench M = 8192, K = 512
// ember: input Q = f32(M, K):normal(0)
// ember: input v = f32(M):normal(1)
// ember: input c = f32(K):normal(2)
// ember: output r = f32(M)
// ember: grid 32*M,1,1
// ember: threadgroup 256,1,1
// ember: expect r = v - sum(j in 0..K: Q[i, j] * c[j]) within 1e-6 of max

    uint row = thread_position_in_grid.x / threads_per_simdgroup;
    uint lane = thread_index_in_simdgroup;
    uint k = Q_shape[1];

    float acc = 0.0f;
    for (uint j = lane; j < k; j += threads_per_simdgroup) {
        acc = fma(Q[row * k + j], c[j], acc);
    }
    acc = simd_sum(acc);
    if (lane == 0) {
        r[row] = v[row] - acc;
    }
