// Indices far outside, also beyond 32 bits, give 0.
// ember: input x = i32(10):full(5)
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [0, 0, 0]
y[0] = x[1000000000];
y[1] = x[-1000000000];
y[2] = x[1L << 40];
