// A pointer chosen per thread between two inputs.
// ember: input a = f32(16):arange
// ember: input b = f32(16):arange(100)
// ember: output y = f32(16)
// ember: expect y = i % 2 == 0 ? a : b
uint i = thread_position_in_grid.x;
const device float* p = i % 2 == 0 ? a : b;
y[i] = p[i];
