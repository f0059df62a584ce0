// One thread may do everything.
// ember: input x = i32(100):arange
// ember: output y = i32(1)
// ember: grid 1
// ember: threadgroup 1
// ember: expect y = [4950]
int t = 0;
for (int k = 0; k < 100; k++) t += x[k];
y[0] = t;
