// fmin and fmax give the other operand when one is NaN.
// ember: input n = f32:[nan]
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [2, 2, 2, 2]
y[0] = fmin(n[0], 2.0f);
y[1] = fmin(2.0f, n[0]);
y[2] = fmax(n[0], 2.0f);
y[3] = fmax(2.0f, n[0]);
