// A 0-d input is a reference, not an array.
// ember: input x = f32(1000):normal(3)
// ember: input s = 2.5
// ember: input n = 7
// ember: input flag = true
// ember: output y = f32(1000)
// ember: grid 1000
// ember: threadgroup 256
// ember: expect y = f32(f32(x * 2.5) + 7)
uint i = thread_position_in_grid.x;
y[i] = flag ? x[i] * s + n : 0;
