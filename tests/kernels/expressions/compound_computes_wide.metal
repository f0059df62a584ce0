// `x *= f` with integer x computes in float and converts back.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [7, 3, 130]
int v = 3;
v *= 2.5f;
y[0] = v;
v /= 2.0f;
y[1] = v;
uchar c = 200;
c -= 69.5f;
y[2] = c;
