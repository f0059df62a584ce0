// d = a * b + c.
// ember: input a = f32(8, 8):randint(-4, 5, 1)
// ember: input b = f32(8, 8):randint(-4, 5, 2)
// ember: input c = f32(8, 8):randint(-9, 9, 3)
// ember: output d = f32(8, 8)
// ember: grid 32
// ember: expect d = c + sum(k in 0..8: a[div(i, 8), k] * b[k, i % 8])
simdgroup_matrix<float, 8, 8> ma, mb, mc, md;
simdgroup_load(ma, a, 8);
simdgroup_load(mb, b, 8);
simdgroup_load(mc, c, 8);
simdgroup_multiply_accumulate(md, ma, mb, mc);
simdgroup_store(md, d, 8);
