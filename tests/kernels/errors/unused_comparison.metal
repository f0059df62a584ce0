// Two `=` where one is meant: legal, and a warning.
// ember: output y = f32(1)
// ember: grid 1
// ember: expect y = [1]
float a = 1;
a == 2;
// @0+6 warning[unused-result]: the result of `==` is not used
y[0] = a;
