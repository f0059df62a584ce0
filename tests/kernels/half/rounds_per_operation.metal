// half arithmetic rounds after each operation: 2048 + 1 + 1 stays 2048.
// ember: input x = f16:[2048, 1]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [2048, 2050]
y[0] = x[0] + x[1] + x[1];
y[1] = x[0] + (x[1] + x[1]);
