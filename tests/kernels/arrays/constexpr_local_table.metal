// A constexpr array in the body.
// ember: output y = i32(3)
// ember: expect y = [1, 4, 9]
constexpr int squares[] = {1, 4, 9};
y[thread_position_in_grid.x] = squares[thread_position_in_grid.x];
