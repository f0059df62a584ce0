// madsat saturates a * b + c.
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [2147483647, 17, 4294967295]
y[0] = madsat(100000, 100000, 1);
y[1] = madsat(3, 5, 2);
y[2] = madsat(100000u, 100000u, 1u);
