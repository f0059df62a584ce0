// thread_elements() gives each lane its two elements; scaling all of them scales the matrix.
// ember: input x = f32(8, 8):arange
// ember: output y = f32(8, 8)
// ember: grid 32
// ember: expect y = x * 2
simdgroup_float8x8 m;
simdgroup_load(m, x, 8);
m.thread_elements()[0] *= 2;
m.thread_elements()[1] *= 2;
simdgroup_store(m, y, 8);
