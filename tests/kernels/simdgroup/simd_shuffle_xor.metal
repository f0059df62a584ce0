// simd_shuffle_xor exchanges lanes whose numbers differ in the mask.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = xor(i, 3)
uint i = thread_position_in_grid.x;
y[i] = simd_shuffle_xor(x[i], 3);
