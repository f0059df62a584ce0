// Elementwise exponential, computed in the precision named by the template argument.
//
//   out[i] = exp(inp[i])
//
// shapes   inp of n elements, any float dtype; out (n), any float dtype; template T the dtype computed in
// thread   one element
// launch   grid (n, 1, 1)
// error    that of metal::exp in T (4 ulp in Metal's tables, 2 here in f32), then one rounding to out's dtype
// source   the first example of MLX's page on custom Metal kernels
//
// ember: let N = 4096
// ember: bench N = 16777216
// ember: input inp = f32(N):normal(0, 8, 0)
// ember: output out = f32(N)
// ember: template T = f32
// ember: grid N,1,1
// ember: threadgroup 256,1,1
// ember: expect out = exp(inp) within 2 ulp

    uint elem = thread_position_in_grid.x;
    T tmp = inp[elem];
    out[elem] = metal::exp(tmp);
