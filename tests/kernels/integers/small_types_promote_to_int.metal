// uchar and short arithmetic is done in int and does not wrap.
// ember: input a = u8:[200]
// ember: input s = i16:[30000]
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [400, -55, 60000, 40000]
y[0] = a[0] + a[0];
y[1] = a[0] - 255;
y[2] = s[0] + s[0];
y[3] = a[0] * a[0];
