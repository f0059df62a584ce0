// Projections of a vector on the columns of a matrix: c = transpose(Q) v.
//
// shapes   Q (m, k), v (m) f32; c (k) f32
// thread   one column along x and every 32nd row along y, so that neighbouring threads read neighbouring addresses; the
//          32 partial sums of a column meet in one simdgroup by way of threadgroup memory
// launch   grid (ceil(k / 32) 32, 32, 1), threadgroup (32, 32, 1)
// barriers one, between the partial sums and their reduction; columns past the end take part in it
// error    (m / 32 + 5) * 2^-24 of the sum of the products' magnitudes
// source   modified Gram-Schmidt
//
// ember: let M = 131, K = 45
// ember: bench M = 8192, K = 512
// ember: input Q = f32(M, K):normal(0)
// ember: input v = f32(M):normal(1)
// ember: output c = f32(K)
// ember: grid (K+31)/32*32,32,1
// ember: threadgroup 32,32,1
// ember: expect c = sum(r in 0..M: Q[r, i] * v[r]) within 1e-6 of max

    // One more column, so that reading down a column meets every bank.
    threadgroup float partial[32][33];

    uint m = Q_shape[0];
    uint k = Q_shape[1];
    uint column = thread_position_in_grid.x;
    uint tx = thread_position_in_threadgroup.x;
    uint ty = thread_position_in_threadgroup.y;

    float acc = 0.0f;
    if (column < k) {
        for (uint r = ty; r < m; r += 32) {
            acc = fma(Q[r * k + column], v[r], acc);
        }
    }
    partial[ty][tx] = acc;
    threadgroup_barrier(mem_flags::mem_threadgroup);

    // Simdgroup ty sums column ty of the threadgroup.
    float total = simd_sum(partial[tx][ty]);
    uint out = threadgroup_position_in_grid.x * 32 + ty;
    if (tx == 0 && out < k) {
        c[out] = total;
    }
