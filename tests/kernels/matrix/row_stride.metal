// elements_per_row is the distance of rows in the array.
// ember: input x = f32(8, 20):arange
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: expect y = x[div(i, 8), i % 8 + 4]
simdgroup_float8x8 m;
simdgroup_load(m, x + 4, 20);
simdgroup_store(m, y, 8);
