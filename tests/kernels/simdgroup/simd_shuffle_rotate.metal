// simd_shuffle_rotate_up and _down wrap around the simdgroup.
// ember: input x = i32(64):arange
// ember: output u = i32(64)
// ember: output d = i32(64)
// ember: threadgroup 64
// ember: expect u = div(i, 32) * 32 + (i + 31) % 32
// ember: expect d = div(i, 32) * 32 + (i + 1) % 32
uint i = thread_position_in_grid.x;
u[i] = simd_shuffle_rotate_up(x[i], 1);
d[i] = simd_shuffle_rotate_down(x[i], 1);
