// simdgroup matrices are 8 by 8.
// ember: output y = f32(256)
simdgroup_matrix<float, 16, 16> m;
// @0+31 error[template-arguments]: wrong template arguments for `simdgroup_matrix`: only 8 by 8 matrices of float types exist
simdgroup_store(m, y, 16);
