// bfloat * float is float, without rounding the float first.
// ember: input x = bf16:[1]
// ember: input f = f32:[1.0001]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y[0] = f32(1.0001)
// ember: expect y[1] = 1
y[0] = x[0] * f[0];
y[1] = x[0] * bfloat(f[0]);
