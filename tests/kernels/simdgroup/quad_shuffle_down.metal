// quad_shuffle_down reads the lane above; the highest lanes keep their own value.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = i % 4 >= 3 ? i : i + 1
uint i = thread_position_in_grid.x;
y[i] = quad_shuffle_down(x[i], 1);
