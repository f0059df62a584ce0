// `*` of two simdgroup matrices is the product of two 8x8 matrices.
// ember: input a = f32(8, 8):randint(-4, 5, 1)
// ember: input b = f32(8, 8):randint(-4, 5, 2)
// ember: output c = f32(8, 8)
// ember: grid 32
// ember: expect c = sum(k in 0..8: a[div(i, 8), k] * b[k, i % 8])
simdgroup_float8x8 ma, mb;
simdgroup_load(ma, a, 8);
simdgroup_load(mb, b, 8);
simdgroup_float8x8 mc = ma * mb;
simdgroup_store(mc, c, 8);
