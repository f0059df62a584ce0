// Two simdgroups of a group hold different matrices.
// ember: input x = f32(16, 8):arange
// ember: output y = f32(16, 8)
// ember: grid 64
// ember: threadgroup 64
// ember: expect y = x
simdgroup_float8x8 m;
uint s = simdgroup_index_in_threadgroup * 64;
simdgroup_load(m, x + s, 8);
simdgroup_store(m, y + s, 8);
