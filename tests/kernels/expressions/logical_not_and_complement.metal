// ! gives bool, ~ complements after promotion.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [0, 1, -1, -256]
y[0] = !5;
y[1] = !!5;
y[2] = ~0;
uchar c = 255;
y[3] = ~c;
