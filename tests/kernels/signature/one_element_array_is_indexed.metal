// One element in one dimension is an array of one, not a number.
// ember: input w = f32(1):full(4)
// ember: output y = f32(1)
// ember: expect y = [4]
y[0] = w[0];
