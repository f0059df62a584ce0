// The difference of two pointers counts elements and is signed.
// ember: input x = f32(10):arange
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [7, -7]
const device float* a = x + 1;
const device float* b = x + 8;
y[0] = b - a;
y[1] = a - b;
