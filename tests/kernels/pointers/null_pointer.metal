// nullptr compares equal to a pointer set to it.
// ember: input x = f32(8):arange
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 0]
const device float* p = nullptr;
y[0] = p == nullptr;
p = x;
y[1] = !p;
