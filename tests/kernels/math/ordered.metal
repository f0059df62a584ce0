// isordered asks whether neither operand is NaN.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [1, 0, 0, 1]
float n = NAN;
y[0] = isordered(1.0f, 2.0f);
y[1] = isordered(1.0f, n);
y[2] = isunordered(1.0f, 2.0f);
y[3] = isunordered(n, n);
