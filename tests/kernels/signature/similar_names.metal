// A local max_shape does not clash with the generated x_shape.
// ember: input x = f32(3, 2):zeros
// ember: input xx = f32(5, 4):zeros
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [3, 5, 9]
int max_shape = 9;
y[0] = x_shape[0];
y[1] = xx_shape[0];
y[2] = max_shape;
