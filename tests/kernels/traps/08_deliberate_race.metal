// Every thread writes the same element: one of their values stays.
// ember: output y = i32(1)
// ember: grid 100
// ember: expect y >= 0
// ember: expect y < 100
y[0] = thread_position_in_grid.x;
