// absdiff is the distance without overflow, as an unsigned number.
// ember: output y = u32(3)
// ember: grid 1
// ember: expect y = [7, 4294967295, 3]
y[0] = absdiff(-3, 4);
y[1] = absdiff(INT_MIN, INT_MAX);
y[2] = absdiff(2u, 5u);
