// >> copies the sign of signed integers and zeros into unsigned ones.
// ember: output y = i64(4)
// ember: grid 1
// ember: expect y = [-2, 1073741822, -64, 96]
int a = -8;
y[0] = a >> 2;
y[1] = uint(a) >> 2;
char c = -128;
y[2] = c >> 1;
uchar u = 192;
y[3] = u >> 1;
