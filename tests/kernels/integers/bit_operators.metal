// & | ^ ~ on unsigned and signed numbers.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [8, 14, 6, -13]
int a = 12, b = 10;
y[0] = a & b;
y[1] = a | b;
y[2] = a ^ b;
y[3] = ~a;
