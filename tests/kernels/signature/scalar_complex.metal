// A 0-d complex number.
// ember: input z = 1-2j
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, -2]
y[0] = z.real;
y[1] = z.imag;
