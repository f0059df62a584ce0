// Matrix product C = A V in square tiles of threadgroup memory.
//
// shapes   A (m, n), V (n, k) of dtype T; C (m, k) of dtype T; any sizes; template T a float dtype, TILE the tile's edge
// thread   one element of C; a threadgroup loads a tile of A and one of V, each element once, and uses it TILE times
// launch   grid (ceil(k / TILE) TILE, ceil(m / TILE) TILE, 1), threadgroup (TILE, TILE, 1)
// barriers after the loads (the tiles are complete) and after the products (the tiles may be overwritten); all threads
//          reach both, those outside C too
// error    accumulated in f32, fused: n * 2^-24 of the sum of the products' magnitudes, then rounded once to T
// source   the definition; the original's kernel of this name without its edge cases
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

    threadgroup float a_tile[TILE][TILE];
    threadgroup float v_tile[TILE][TILE];

    uint m = A_shape[0];
    uint n = A_shape[1];
    uint k = V_shape[1];
    uint tx = thread_position_in_threadgroup.x;
    uint ty = thread_position_in_threadgroup.y;
    uint row = thread_position_in_grid.y;
    uint col = thread_position_in_grid.x;

    float acc = 0.0f;
    for (uint start = 0; start < n; start += TILE) {
        uint a_col = start + tx;
        uint v_row = start + ty;
        a_tile[ty][tx] = (row < m && a_col < n) ? float(A[row * n + a_col]) : 0.0f;
        v_tile[ty][tx] = (v_row < n && col < k) ? float(V[v_row * k + col]) : 0.0f;
        threadgroup_barrier(mem_flags::mem_threadgroup);
        for (uint j = 0; j < TILE; ++j) {
            acc = fma(a_tile[ty][j], v_tile[j][tx], acc);
        }
        threadgroup_barrier(mem_flags::mem_threadgroup);
    }
    if (row < m && col < k) {
        C[row * k + col] = static_cast<T>(acc);
    }
