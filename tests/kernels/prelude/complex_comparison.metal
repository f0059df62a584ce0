// Complex numbers compare by the real part, then the imaginary.
// ember: input a = c64:[1+9j, 1+2j]
// ember: output y = i32(5)
// ember: grid 1
// ember: expect y = [0, 1, 1, 0, 1]
complex64_t p = a[0], q = a[1], r = complex64_t(2, -5);
y[0] = p < q;
y[1] = q < p;
y[2] = p < r;
y[3] = p == q;
y[4] = p >= q;
