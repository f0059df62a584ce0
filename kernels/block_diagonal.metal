// Block-diagonal (Monarch) linear layer: each block of inputs feeds its own block of outputs.
//
//   y[r, i q + o] = sum over e < p of w[i, o, e] x[r, i p + e]
//
// shapes   x (R, in), w (nb, q, p) of dtype T; y (R, out) of dtype T, in <= nb p, out <= nb q: inputs past the end count
//          as 0, outputs past the end are not computed; template T a float dtype, TILE the tile's edge
// thread   one output of one row; a threadgroup covers TILE outputs of one block and TILE rows
// launch   grid (ceil(q / TILE) TILE, ceil(R / TILE) TILE, nb), threadgroup (TILE, TILE, 1); 0-d input out_features
// barriers after the loads and after the products, reached by all threads
// error    accumulated in f32, fused: p * 2^-24 of the sum of the products' magnitudes, then rounded once to T
// source   BlockdiagLinear of M2-BERT, without bias
//
// ember: let R = 37, NB = 4, P = 19, Q = 23, IN = 75, OUT = 90, TILE = 16
// ember: bench R = 512, P = 192, Q = 1536, IN = 768, OUT = 6144
// ember: input x = f32(R, IN):normal(0)
// ember: input w = f32(NB, Q, P):normal(1)
// ember: input out_features = OUT
// ember: output y = f32(R, OUT)
// ember: template T = f32
// ember: template TILE = TILE
// ember: grid (Q+TILE-1)/TILE*TILE,(R+TILE-1)/TILE*TILE,NB
// ember: threadgroup TILE,TILE,1
// ember: expect y = sum(e in 0..P: div(i % OUT, Q) * P + e < IN
//   ? w[div(i % OUT, Q), i % OUT % Q, e] * x[div(i, OUT), div(i % OUT, Q) * P + e] : 0) within 1e-6 of max

    threadgroup float x_tile[TILE][TILE];
    // One more column, so that reading down a column meets every bank.
    threadgroup float w_tile[TILE][TILE + 1];

    uint rows = x_shape[0];
    uint in_features = x_shape[1];
    uint q = w_shape[1];
    uint p = w_shape[2];
    uint tx = thread_position_in_threadgroup.x;
    uint ty = thread_position_in_threadgroup.y;
    uint block = thread_position_in_grid.z;
    uint row = thread_position_in_grid.y;
    uint o = thread_position_in_grid.x;
    // The row of the block's weights that this thread loads.
    uint w_row = threadgroup_position_in_grid.x * TILE + ty;

    float acc = 0.0f;
    for (uint start = 0; start < p; start += TILE) {
        uint e = start + tx;
        uint from = block * p + e;
        x_tile[ty][tx] = (row < rows && e < p && from < in_features) ? float(x[row * in_features + from]) : 0.0f;
        w_tile[ty][tx] = (w_row < q && e < p) ? float(w[(block * q + w_row) * p + e]) : 0.0f;
        threadgroup_barrier(mem_flags::mem_threadgroup);
        for (uint j = 0; j < TILE; ++j) {
            acc = fma(x_tile[ty][j], w_tile[tx][j], acc);
        }
        threadgroup_barrier(mem_flags::mem_threadgroup);
    }
    uint column = block * q + o;
    if (row < rows && o < q && column < uint(out_features)) {
        y[row * out_features + column] = static_cast<T>(acc);
    }
