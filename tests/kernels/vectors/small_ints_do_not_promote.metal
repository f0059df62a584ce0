// Vectors of uchar stay uchar: their sums wrap at 256, unlike scalars.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [144, 0, 1, 400]
uchar2 a = uchar2(200, 128);
uchar2 s = a + a;
y[0] = s.x;
y[1] = s.y;
y[2] = sizeof(s.x);
y[3] = a.x + a.x;
