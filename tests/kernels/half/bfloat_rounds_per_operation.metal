// bfloat keeps 8 bits: 256 + 1 is 256.
// ember: input x = bf16:[256, 1]
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [256, 258, 257]
y[0] = x[0] + x[1] + x[1];
y[1] = x[0] + (x[1] + x[1]);
y[2] = x[0] + 1.0f;
