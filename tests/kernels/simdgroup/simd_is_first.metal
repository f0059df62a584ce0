// simd_is_first holds in the lowest active lane only.
// ember: output y = i32(64)
// ember: init 0
// ember: threadgroup 64
// ember: expect y = i % 32 == 2
uint i = thread_position_in_grid.x;
if (i % 32 >= 2) y[i] = simd_is_first();
