// + - * / and unary minus of complex numbers.
// ember: input a = c64:[3+4j]
// ember: input b = c64:[1-2j]
// ember: output y = c64(5)
// ember: grid 1
// ember: expect y = [4+2j, 2+6j, 11-2j, -1+2j, -3-4j]
complex64_t p = a[0], q = b[0];
y[0] = p + q;
y[1] = p - q;
y[2] = p * q;
y[3] = p / q;
y[4] = -p;
