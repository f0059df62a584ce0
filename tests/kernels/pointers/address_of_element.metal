// &x[n] is a pointer to that element.
// ember: input x = f32(10):arange
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [4, 6, 4]
const device float* p = &x[4];
y[0] = *p;
y[1] = p[2];
y[2] = *&x[4];
