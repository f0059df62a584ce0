// ?: groups to the right.
// ember: output y = i32(3)
// ember: expect y = [10, 20, 30]
int n = thread_position_in_grid.x;
y[n] = n == 0 ? 10 : n == 1 ? 20 : 30;
