// make_filled_simdgroup_matrix has one number everywhere.
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: expect y = 2.5
simdgroup_float8x8 m = make_filled_simdgroup_matrix<float, 8, 8>(2.5f);
simdgroup_store(m, y, 8);
