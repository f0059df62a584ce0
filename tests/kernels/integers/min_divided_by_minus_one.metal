// The one overflowing division gives the dividend back, remainder 0.
// ember: input a = i32:[-2147483648]
// ember: input b = i32:[-1]
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [-2147483648, 0]
y[0] = a[0] / b[0];
y[1] = a[0] % b[0];
