// The product of two ints is an int even when it is stored in a long.
// ember: output y = i64(2)
// ember: grid 1
// ember: expect y = [1410065408, 10000000000]
int a = 100000;
y[0] = a * a;
y[1] = (long)a * a;
