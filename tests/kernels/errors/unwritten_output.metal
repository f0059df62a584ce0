// An output that no statement writes.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
// ember: output z = f32(8)
// ember: expect y = x
uint i = thread_position_in_grid.x;
// @0+1 warning[unwritten-output]: nothing writes the output `z`
y[i] = x[i] + z[i];
