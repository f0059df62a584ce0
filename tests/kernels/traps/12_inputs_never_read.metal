// Inputs that the body does not read, and the three casts to T.
// ember: input unused = f32(100):zeros
// ember: input x = f32:[1.5, 2.5]
// ember: input also_unused = 4
// ember: output y = f32(2)
// ember: template T = bf16
// ember: expect y = [4.5, 7.5]
uint i = thread_position_in_grid.x;
y[i] = T(x[i]) + (T)x[i] + static_cast<T>(x[i]);
