// fma of halves rounds its exact result once.
// ember: input a = f16:[1.015625]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [0.03125, 0.031494140625]
// With e = 2^-6 the square is 1 + 2e + e^2: e^2 = 2^-12 is lost when it is rounded to a half near 1.
half v = a[0];
y[0] = v * v - 1.0h;
y[1] = fma(v, v, -1.0h);
