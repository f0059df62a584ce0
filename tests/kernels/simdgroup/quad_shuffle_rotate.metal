// quad_shuffle_rotate_up and _down wrap around the quadgroup.
// ember: input x = i32(64):arange
// ember: output u = i32(64)
// ember: output d = i32(64)
// ember: threadgroup 64
// ember: expect u = div(i, 4) * 4 + (i + 3) % 4
// ember: expect d = div(i, 4) * 4 + (i + 1) % 4
uint i = thread_position_in_grid.x;
u[i] = quad_shuffle_rotate_up(x[i], 1);
d[i] = quad_shuffle_rotate_down(x[i], 1);
