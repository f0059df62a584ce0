// Matrix product Z = transpose(A) B in square tiles of threadgroup memory.
//
// shapes   A (m, n), B (m, k) of dtype T; Z (n, k) of dtype T; any sizes; template T a float dtype, TILE the tile's edge
// thread   one element of Z; both tiles are loaded along rows, so neighbouring threads read neighbouring addresses
// launch   grid (ceil(k / TILE) TILE, ceil(n / TILE) TILE, 1), threadgroup (TILE, TILE, 1)
// barriers after the loads and after the products, reached by all threads
// error    accumulated in f32, fused: m * 2^-24 of the sum of the products' magnitudes, then rounded once to T
// source   the definition; the original walked down the columns of A
//
// ember: let M = 37, N = 29, K = 45, TILE = 16
// ember: bench M = 512, N = 512, K = 512
// ember: input A = f32(M, N):normal(0)
// ember: input B = f32(M, K):normal(1)
// ember: output Z = f32(N, K)
// ember: template T = f32
// ember: template TILE = TILE
// ember: grid (K+TILE-1)/TILE*TILE,(N+TILE-1)/TILE*TILE,1
// ember: threadgroup TILE,TILE,1
// ember: expect Z = sum(j in 0..M: A[j, div(i, K)] * B[j, i % K]) within 1e-6 of max

    threadgroup float a_tile[TILE][TILE];
    threadgroup float b_tile[TILE][TILE];

    uint m = A_shape[0];
    uint n = A_shape[1];
    uint k = B_shape[1];
    uint tx = thread_position_in_threadgroup.x;
    uint ty = thread_position_in_threadgroup.y;
    uint row = thread_position_in_grid.y;
    uint col = thread_position_in_grid.x;
    // The column of A that this thread loads: along x, unlike the row of Z it computes.
    uint a_col = threadgroup_position_in_grid.y * TILE + tx;

    float acc = 0.0f;
    for (uint start = 0; start < m; start += TILE) {
        uint from = start + ty;
        a_tile[ty][tx] = (from < m && a_col < n) ? float(A[from * n + a_col]) : 0.0f;
        b_tile[ty][tx] = (from < m && col < k) ? float(B[from * k + col]) : 0.0f;
        threadgroup_barrier(mem_flags::mem_threadgroup);
        for (uint j = 0; j < TILE; ++j) {
            acc = fma(a_tile[j][ty], b_tile[j][tx], acc);
        }
        threadgroup_barrier(mem_flags::mem_threadgroup);
    }
    if (row < n && col < k) {
        Z[row * k + col] = static_cast<T>(acc);
    }
