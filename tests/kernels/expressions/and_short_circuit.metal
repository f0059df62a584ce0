// The right side of && runs only when the left is true.
// ember: output y = i32(4)
// ember: expect y = [0, 1, 1, 1]
int n = thread_position_in_grid.x;
int side = 0;
if (n > 0 && ++side > 0) {}
y[n] = side;
