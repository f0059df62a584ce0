// Two simdgroup matrices have a product, no sum.
// ember: input x = f32(8, 8):ones
// ember: output y = f32(8, 8)
simdgroup_float8x8 a, b;
simdgroup_load(a, x, 8);
simdgroup_load(b, x, 8);
simdgroup_float8x8 c = a + b;
//                     ^^^^^ error[operand-type]: `+` cannot combine `simdgroup_matrix<float, 8, 8>` and `simdgroup_matrix<float, 8, 8>`
simdgroup_store(c, y, 8);
