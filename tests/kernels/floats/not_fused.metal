// a*b+c rounds twice in safe mode; fma rounds once.
// ember: input x = f32:[1.000244140625]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [0.00048828125, 0.000488340854644775390625]
// With e = 2^-12 the square is 1 + 2e + e^2: e^2 is lost when it is rounded to a float near 1.
y[0] = x[0] * x[0] - 1.0f;
y[1] = fma(x[0], x[0], -1.0f);
