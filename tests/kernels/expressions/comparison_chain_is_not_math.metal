// a < b < c compares a bool with c.
// ember: output y = i32(1)
// ember: expect y = [1]
int a = 5, b = 3, c = 1;
y[0] = a < b < c;
