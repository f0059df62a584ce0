// An array of matrices, one tile each, looped over.
// ember: input a = f32(8, 8):randint(-3, 4, 5)
// ember: input b = f32(8, 16):randint(-3, 4, 6)
// ember: output c = f32(8, 16)
// ember: grid 32
// ember: expect c = sum(k in 0..8: a[div(i, 16), k] * b[k, i % 16])
simdgroup_float8x8 acc[2];
simdgroup_float8x8 ma, mb;
simdgroup_load(ma, a, 8);
for (int t = 0; t < 2; t++) {
    acc[t] = make_filled_simdgroup_matrix<float, 8, 8>(0);
    simdgroup_load(mb, b + t * 8, 16);
    simdgroup_multiply_accumulate(acc[t], ma, mb, acc[t]);
    simdgroup_store(acc[t], c + t * 8, 16);
}
