// transpose_matrix exchanges rows and columns.
// ember: input x = f32(8, 8):arange
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: expect y = x[i % 8, div(i, 8)]
simdgroup_float8x8 m;
simdgroup_load(m, x, 8, ulong2(0, 0), true);
simdgroup_store(m, y, 8);
