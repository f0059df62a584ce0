// A loop over the last dimension, whose extent comes from x_shape.
// ember: input x = f32(3, 4):arange
// ember: output y = f32(3)
// ember: expect y = sum(k in 0..4: x[i, k])
uint r = thread_position_in_grid.x;
float t = 0;
for (int k = 0; k < x_shape[1]; ++k) t += x[r * x_shape[1] + k];
y[r] = t;
