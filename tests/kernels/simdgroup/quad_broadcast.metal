// quad_broadcast gives every lane the value of one.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = div(i, 4) * 4 + 3
uint i = thread_position_in_grid.x;
y[i] = quad_broadcast(x[i], 3);
