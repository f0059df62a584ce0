// A matrix loaded and stored is unchanged.
// ember: input x = f32(8, 8):arange
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: threadgroup 32
// ember: expect y = x
simdgroup_float8x8 m;
simdgroup_load(m, x, 8);
simdgroup_store(m, y, 8);
