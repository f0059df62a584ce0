// *p++ reads and steps; += and -= move by elements.
// ember: input x = f32(10):arange
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [0, 1, 6, 4]
const device float* p = x;
y[0] = *p++;
y[1] = *p;
p += 5;
y[2] = *p;
p -= 2;
y[3] = *p;
