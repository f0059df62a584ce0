// (float)a / b converts a only, float(a / b) the truncated quotient.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [3.5, 3]
int a = 7, b = 2;
y[0] = (float)a / b;
y[1] = float(a / b);
