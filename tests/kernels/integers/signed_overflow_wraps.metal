// int overflow wraps in two's complement on every machine.
// ember: input x = i32:[2147483647, -2147483648]
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [-2147483648, 2147483647, -2147483648]
y[0] = x[0] + 1;
y[1] = x[1] - 1;
y[2] = -x[1];
