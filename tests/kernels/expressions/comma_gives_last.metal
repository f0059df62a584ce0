// The comma evaluates both sides and gives the right one.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [7, 5]
int a = 1;
int b = (a = 5, a + 2);
y[0] = b;
y[1] = a;
