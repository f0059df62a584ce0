// Matrices load from and store to threadgroup memory.
// ember: input x = f32(8, 8):arange
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: threadgroup 32
// ember: expect y = x + x
threadgroup float tile[64];
uint l = thread_position_in_threadgroup.x;
tile[l] = x[l];
tile[l + 32] = x[l + 32];
threadgroup_barrier(mem_flags::mem_threadgroup);
simdgroup_float8x8 m, one = simdgroup_float8x8(1.0f);
simdgroup_load(m, tile, 8);
simdgroup_multiply_accumulate(m, m, one, m);
simdgroup_store(m, y, 8);
