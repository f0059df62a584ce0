// x_shape is a table of ints, one per dimension, for each input on its own.
// ember: input a = f32(2, 3):zeros
// ember: input b = f32(4, 5, 6):zeros
// ember: output y = i32(5)
// ember: grid 1
// ember: expect y = [2, 3, 4, 5, 6]
y[0] = a_shape[0];
y[1] = a_shape[1];
y[2] = b_shape[0];
y[3] = b_shape[1];
y[4] = b_shape[2];
