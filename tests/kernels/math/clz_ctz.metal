// clz and ctz count within the width of the type; of zero it is that width.
// ember: output y = i32(6)
// ember: grid 1
// ember: expect y = [32, 31, 3, 7, 32, 8]
y[0] = clz(0u);
y[1] = clz(1);
y[2] = ctz(8u);
y[3] = clz(uchar(1));
y[4] = ctz(0);
y[5] = ctz(uchar(0));
