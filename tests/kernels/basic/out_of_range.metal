// Loads outside an array give zero, stores outside are dropped.
// ember: input x = f32(10):ones
// ember: output y = f32(10)
// ember: grid 20
// ember: threadgroup 20
// ember: expect y = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
uint i = thread_position_in_grid.x;
y[i] = x[i + 5];
