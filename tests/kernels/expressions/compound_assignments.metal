// Every compound assignment.
// ember: output y = i32(10)
// ember: grid 1
// ember: expect y = [15, 5, 50, 2, 1, 40, 2, 2, 14, 12]
int v = 10;
v = 10; v += 5; y[0] = v;
v = 10; v -= 5; y[1] = v;
v = 10; v *= 5; y[2] = v;
v = 10; v /= 5; y[3] = v;
v = 10; v %= 3; y[4] = v;
v = 10; v <<= 2; y[5] = v;
v = 10; v >>= 2; y[6] = v;
v = 10; v &= 6; y[7] = v;
v = 10; v |= 6; y[8] = v;
v = 10; v ^= 6; y[9] = v;
