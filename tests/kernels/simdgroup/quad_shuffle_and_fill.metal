// quad_shuffle_and_fill_up brings in the upper lanes of a second value, _down the lower ones.
// ember: output u = i32(32)
// ember: output d = i32(32)
// ember: expect u = i % 4 < 1 ? i + 3 + 100 : i - 1
// ember: expect d = i % 4 >= 3 ? i - 3 + 100 : i + 1
int i = thread_position_in_grid.x;
u[i] = quad_shuffle_and_fill_up(i, i + 100, 1);
d[i] = quad_shuffle_and_fill_down(i, i + 100, 1);
