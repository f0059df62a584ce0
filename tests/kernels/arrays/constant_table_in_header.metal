// A constant table at file scope, indexed at run time.
// ember: input x = u8:[0, 3, 1, 2]
// ember: output y = f32(4)
// ember: expect y = [-1, 1, -0.5, 0.5]
// ember: [header]
constant float CODES[4] = {-1.0f, -0.5f, 0.5f, 1.0f};
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = CODES[x[i]];
