// matrix_origin is column, then row.
// ember: input x = f32(16, 16):arange
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: expect y = x[div(i, 8) + 8, i % 8 + 3]
simdgroup_float8x8 m;
simdgroup_load(m, x, 16, ulong2(3, 8));
simdgroup_store(m, y, 8);
