// quad_shuffle reads the lane whose number each lane gives.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = div(i, 4) * 4 + 3 - i % 4
uint i = thread_position_in_grid.x;
y[i] = quad_shuffle(x[i], 3 - i % 4);
