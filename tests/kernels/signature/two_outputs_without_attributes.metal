// Two outputs and x_shape without a thread attribute (a bug in MLX's generator).
// ember: input x = f32(3, 2):zeros
// ember: output a = i32(1)
// ember: output b = i32(1)
// ember: expect a = [3]
// ember: expect b = [2]
a[0] = x_shape[0];
b[0] = x_shape[1];
