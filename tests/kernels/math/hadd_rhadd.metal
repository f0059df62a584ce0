// hadd and rhadd are averages rounded down and up, without overflow.
// ember: output y = i64(5)
// ember: grid 1
// ember: expect y = [3, 4, 2147483647, -2, -1]
y[0] = hadd(3, 4);
y[1] = rhadd(3, 4);
y[2] = hadd(INT_MAX, INT_MAX);
y[3] = hadd(-1, -2);
y[4] = rhadd(-1, -2);
