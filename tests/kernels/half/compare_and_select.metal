// Comparisons of half see its rounded values.
// ember: input x = f16:[0.1, 0.2]
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 0, 1]
y[0] = x[0] < x[1];
y[1] = x[0] == 0.1f;
y[2] = x[0] == 0.1h;
