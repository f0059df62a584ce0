// x_ndim is a number, also for one dimension.
// ember: input a = f32(8):zeros
// ember: input b = f32(1, 2, 1, 4):zeros
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 4]
y[0] = a_ndim;
y[1] = b_ndim;
