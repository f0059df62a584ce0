// Matrix product C = A V, double-buffered: the next tiles are loaded while the present ones are used.
//
// shapes   A (m, n), V (n, k) of dtype T; C (m, k) of dtype T; any sizes; template T a float dtype, TILE the tile's edge
// thread   one element of C
// launch   grid (ceil(k / TILE) TILE, ceil(m / TILE) TILE, 1), threadgroup (TILE, TILE, 1)
// barriers one per tile: the half that is loaded is never the half that is read, and the barrier between two steps
//          separates the last read of a half from the next write to it
// memory   4 TILE^2 floats: 4 KiB at TILE = 16, 16 KiB at 32
// error    as gemm_av
// source   the definition
//
// ember: let M = 37, N = 29, K = 45, TILE = 16
// ember: bench M = 512, N = 512, K = 512
// ember: input A = f32(M, N):normal(0)
// ember: input V = f32(N, K):normal(1)
// ember: output C = f32(M, K)
// ember: template T = f32
// ember: template TILE = TILE
// ember: grid (K+TILE-1)/TILE*TILE,(M+TILE-1)/TILE*TILE,1
// ember: threadgroup TILE,TILE,1
// ember: expect C = sum(j in 0..N: A[div(i, K), j] * V[j, i % K]) within 1e-6 of max

    threadgroup float a_tile[2][TILE][TILE];
    threadgroup float v_tile[2][TILE][TILE];

    uint m = A_shape[0];
    uint n = A_shape[1];
    uint k = V_shape[1];
    uint tx = thread_position_in_threadgroup.x;
    uint ty = thread_position_in_threadgroup.y;
    uint row = thread_position_in_grid.y;
    uint col = thread_position_in_grid.x;

    float acc = 0.0f;
    uint steps = ceildiv(n, uint(TILE));
    for (uint step = 0; step <= steps; ++step) {
        if (step < steps) {
            uint a_col = step * TILE + tx;
            uint v_row = step * TILE + ty;
            a_tile[step % 2][ty][tx] = (row < m && a_col < n) ? float(A[row * n + a_col]) : 0.0f;
            v_tile[step % 2][ty][tx] = (v_row < n && col < k) ? float(V[v_row * k + col]) : 0.0f;
        }
        if (step > 0) {
            for (uint j = 0; j < TILE; ++j) {
                acc = fma(a_tile[(step - 1) % 2][ty][j], v_tile[(step - 1) % 2][j][tx], acc);
            }
        }
        threadgroup_barrier(mem_flags::mem_threadgroup);
    }
    if (row < m && col < k) {
        C[row * k + col] = static_cast<T>(acc);
    }
