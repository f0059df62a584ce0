// int against uint compares as uint: -1 is the largest.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [0, 1, 1]
int a = -1;
uint b = 1;
y[0] = a < b;
y[1] = a > b;
y[2] = a == 0xFFFFFFFFu;
