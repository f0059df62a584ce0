// The variable of a `for` shadows one outside, which is untouched.
// ember: output y = i32(1)
// ember: expect y = [42]
int k = 42;
for (int k = 0; k < 10; ++k) {}
y[0] = k;
