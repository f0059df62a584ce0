// The number 0 is a null pointer.
// ember: input x = f32(8):ones
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, 1]
const device float* p = 0;
if (p == nullptr) y[0] = 1;
p = x;
if (p != NULL) y[1] = p[0];
