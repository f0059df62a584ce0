// More than 1024 threads in a group are refused, before clamping.
// ember: output y = f32(4)
// ember: grid 4
// ember: threadgroup 64, 64
// ember: expect failure: 4096
y[thread_position_in_grid.x] = 1;
