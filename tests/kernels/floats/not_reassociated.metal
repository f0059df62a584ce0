// (a + b) + c and a + (b + c) differ, in the written order.
// ember: input x = f32:[1e8, -1e8, 0.5]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [0.5, 0]
y[0] = (x[0] + x[1]) + x[2];
y[1] = x[0] + (x[1] + x[2]);
