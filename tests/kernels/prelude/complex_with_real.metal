// Real numbers on either side.
// ember: input a = c64:[3+4j]
// ember: output y = c64(6)
// ember: grid 1
// ember: expect y = [5+4j, 6+8j, -1-4j, 6+8j, 1.5+2j, 1+4j]
complex64_t p = a[0];
y[0] = p + 2.0f;
y[1] = p * 2.0f;
y[2] = 2.0f - p;
y[3] = 2.0f * p;
y[4] = p / 2.0f;
y[5] = p - 2.0f;
