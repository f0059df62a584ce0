// The right side of || runs only when the left is false.
// ember: output y = i32(3)
// ember: expect y = [1, 0, 0]
int n = thread_position_in_grid.x;
int side = 0;
if (n > 0 || side++ == 0) {}
y[n] = side;
