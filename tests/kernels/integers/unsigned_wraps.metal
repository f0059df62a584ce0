// uint arithmetic wraps modulo 2^32.
// ember: output y = u32(4)
// ember: grid 1
// ember: expect y = [4294967295, 0, 4294967294, 1]
uint zero = 0, big = 0xFFFFFFFFu;
y[0] = zero - 1;
y[1] = big + 1;
y[2] = big * 2;
y[3] = big * big;
