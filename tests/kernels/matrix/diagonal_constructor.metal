// simdgroup_float8x8(v) has v on its diagonal.
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: expect y = div(i, 8) == i % 8 ? 3 : 0
simdgroup_float8x8 m = simdgroup_float8x8(3.0f);
simdgroup_store(m, y, 8);
