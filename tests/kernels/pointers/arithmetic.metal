// p + n, n + p, p - n and p[n] count elements.
// ember: input x = f32(10):arange
// ember: output y = f32(5)
// ember: grid 1
// ember: expect y = [3, 4, 5, 2, 7]
const device float* p = x + 3;
y[0] = *p;
y[1] = *(p + 1);
y[2] = *(2 + p);
y[3] = p[-1];
y[4] = (p + 6)[-2];
