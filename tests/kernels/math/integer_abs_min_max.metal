// abs, min and max of ints keep to their type; abs of the least int is itself.
// ember: input x = i32:[-5, -2147483648]
// ember: output y = i64(4)
// ember: grid 1
// ember: expect y = [5, -2147483648, -5, 7]
y[0] = abs(x[0]);
y[1] = abs(x[1]);
y[2] = min(x[0], 7);
y[3] = max(x[0], 7);
