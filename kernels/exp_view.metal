// Elementwise exponential of a view: base memory, an offset, a shape and strides, given as arrays.
//
//   out[i0, i1, ...] = exp(base[offset + i0 stride[0] + i1 stride[1] + ...]), out row-contiguous
//
// shapes   base f32 of any size; extent i32 (ndim) and stride i64 (ndim), 1 <= ndim <= 7 so that both are `constant`;
//          offset i32 scalar; out f32 of the view's shape
// thread   one element of the view; strides may be 0 (broadcast) or negative (reversed)
// launch   grid (out.size, 1, 1)
// error    that of metal::exp: 2 ulp here
// source   what MLX binds for a view when ensure_row_contiguous=False, for hosts that have only contiguous arrays
//
// The view below is a 4 x 6 matrix read transposed, every second column of it, last row first.
//
// ember: input base = f32(24):normal(0)
// ember: input extent = i32:[3, 4]
// ember: input stride = i64:[2, -6]
// ember: input offset = i32:18
// ember: output out = f32(3, 4)
// ember: grid 12,1,1
// ember: threadgroup 256,1,1
// ember: expect out = exp(base[18 + 2 * div(i, 4) - 6 * (i % 4)]) within 2 ulp

    uint elem = thread_position_in_grid.x;
    int64_t loc = elem_to_loc(int64_t(elem), extent, stride, extent_shape[0]);
    out[elem] = exp(base[offset + loc]);
