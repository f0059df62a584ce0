// half meeting an int computes in half.
// ember: input h = f16:[2048]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [2048, 2]
y[0] = h[0] + 1;
y[1] = sizeof(h[0] + 1);
