// Elementwise exponential of an array whose strides are whatever they are.
//
//   out = exp(inp), out row-contiguous
//
// shapes   inp of dtype T, any rank of at least 1 and any strides (MLX: ensure_row_contiguous=False); out row-contiguous
// thread   one element, in the order of the output
// launch   grid (inp.size, 1, 1)
// error    that of metal::precise::exp: 4 ulp in Metal's tables, 2 here in f32
// source   the strided example of MLX's page on custom Metal kernels
//
// ember: let A = 3, B = 5, C = 7
// ember: bench A = 64, B = 512, C = 512
// ember: input inp = f32(A, B, C):normal(0)
// ember: output out = f32(A, B, C)
// ember: template T = f32
// ember: grid A*B*C,1,1
// ember: threadgroup 256,1,1
// ember: expect out = exp(inp) within 2 ulp

    uint elem = thread_position_in_grid.x;
    uint loc = elem_to_loc(elem, inp_shape, inp_strides, inp_ndim);
    T tmp = inp[loc];
    out[elem] = metal::precise::exp(tmp);
