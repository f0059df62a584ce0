// Half factors with a float accumulator.
// ember: input a = f16(8, 8):full(1)
// ember: output c = f32(8, 8)
// ember: grid 32
// ember: expect c = 5000
simdgroup_half8x8 ma;
simdgroup_float8x8 mc = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
simdgroup_load(ma, a, 8);
for (int k = 0; k < 625; k++) simdgroup_multiply_accumulate(mc, ma, ma, mc);
simdgroup_store(mc, c, 8);
