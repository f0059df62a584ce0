// simd_broadcast takes the lane's number as ushort; each simdgroup its own.
// ember: input x = f32(64):arange
// ember: output y = f32(64)
// ember: threadgroup 64
// ember: expect y = i < 32 ? 31 : 63
y[thread_position_in_grid.x] = simd_broadcast(x[thread_position_in_grid.x], ushort(31));
