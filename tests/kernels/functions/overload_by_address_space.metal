// Pointers of different address spaces are different types.
// ember: input x = f32(8):arange
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 2]
// ember: [header]
int space(const device float*) { return 1; }
int space(const thread float*) { return 2; }
// ember: [body]
float a[1] = {1};
y[0] = space(x);
y[1] = space(a);
