// == binds tighter than &, as in C.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 0, 14]
y[0] = 3 & 1 == 1;
y[1] = 2 & 2 == 2;
y[2] = 2 + 3 << 1 | 4;
