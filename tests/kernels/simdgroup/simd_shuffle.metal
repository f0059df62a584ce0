// simd_shuffle reads the lane whose number each lane gives.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = div(i, 32) * 32 + 31 - i % 32
uint i = thread_position_in_grid.x;
y[i] = simd_shuffle(x[i], 31 - i % 32);
