// Missing trailing arguments take their defaults.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1234, 1734, 1789]
// ember: [header]
int digits(int a, int b = 2, int c = 34) { return a * 1000 + b * 100 + c; }
// ember: [body]
y[0] = digits(1);
y[1] = digits(1, 7);
y[2] = digits(1, 7, 89);
