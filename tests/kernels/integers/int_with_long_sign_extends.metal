// int meeting long sign-extends, uint meeting long zero-extends.
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [-1, 4294967295, 4294967296]
int a = -1;
uint b = 0xFFFFFFFFu;
y[0] = a + 0L;
y[1] = b + 0L;
y[2] = b + 1L;
