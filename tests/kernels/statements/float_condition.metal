// Any number is a condition: zero of either sign is false, NaN is true.
// ember: input x = f32:[0, -0, nan, 1e-30]
// ember: output y = i32(4)
// ember: expect y = [0, 0, 1, 1]
uint i = thread_position_in_grid.x;
if (x[i]) y[i] = 1; else y[i] = 0;
