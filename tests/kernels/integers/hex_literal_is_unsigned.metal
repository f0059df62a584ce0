// 0xFFFFFFFF does not fit int and is uint; decimal 2147483648 is long.
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [0, 2147483647, 4294967296]
y[0] = 0xFFFFFFFF + 1;
y[1] = 0xFFFFFFFF >> 1;
y[2] = 2147483648 * 2;
