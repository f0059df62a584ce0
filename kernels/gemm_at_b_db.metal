// Matrix product Z = transpose(A) B, double-buffered: the next tiles are loaded while the present ones are used.
//
// shapes   A (m, n), B (m, k) of dtype T; Z (n, k) of dtype T; any sizes; template T a float dtype, TILE the tile's edge
// thread   one element of Z
// launch   grid (ceil(k / TILE) TILE, ceil(n / TILE) TILE, 1), threadgroup (TILE, TILE, 1)
// barriers one per tile, see gemm_av_db
// memory   4 TILE^2 floats: 4 KiB at TILE = 16, 16 KiB at 32
// error    as gemm_at_b
// source   the definition
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

    threadgroup float a_tile[2][TILE][TILE];
    threadgroup float b_tile[2][TILE][TILE];

    uint m = A_shape[0];
    uint n = A_shape[1];
    uint k = B_shape[1];
    uint tx = thread_position_in_threadgroup.x;
    uint ty = thread_position_in_threadgroup.y;
    uint row = thread_position_in_grid.y;
    uint col = thread_position_in_grid.x;
    uint a_col = threadgroup_position_in_grid.y * TILE + tx;

    float acc = 0.0f;
    uint steps = ceildiv(m, uint(TILE));
    for (uint step = 0; step <= steps; ++step) {
        if (step < steps) {
            uint from = step * TILE + ty;
            a_tile[step % 2][ty][tx] = (from < m && a_col < n) ? float(A[from * n + a_col]) : 0.0f;
            b_tile[step % 2][ty][tx] = (from < m && col < k) ? float(B[from * k + col]) : 0.0f;
        }
        if (step > 0) {
            for (uint j = 0; j < TILE; ++j) {
                acc = fma(a_tile[(step - 1) % 2][j][ty], b_tile[(step - 1) % 2][j][tx], acc);
            }
        }
        threadgroup_barrier(mem_flags::mem_threadgroup);
    }
    if (row < n && col < k) {
        Z[row * k + col] = static_cast<T>(acc);
    }
