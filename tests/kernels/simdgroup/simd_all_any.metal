// simd_all and simd_any ask the whole simdgroup.
// ember: output all = i32(64)
// ember: output any = i32(64)
// ember: threadgroup 64
// ember: expect all = i < 32
// ember: expect any = i >= 32
uint i = thread_position_in_grid.x;
all[i] = simd_all(i != 37);
any[i] = simd_any(i == 37);
