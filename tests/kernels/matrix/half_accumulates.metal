// Half matrices load, multiply and store.
// ember: input a = f16(8, 8):randint(-2, 3, 1)
// ember: output c = f16(8, 8)
// ember: grid 32
// ember: expect c = sum(k in 0..8: a[div(i, 8), k] * a[k, i % 8])
simdgroup_half8x8 ma, mc;
simdgroup_load(ma, a, 8);
simdgroup_multiply(mc, ma, ma);
simdgroup_store(mc, c, 8);
