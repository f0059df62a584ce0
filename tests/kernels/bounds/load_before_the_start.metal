// A load at a negative index gives 0.
// ember: input x = i32(10):full(5)
// ember: output y = i32(4)
// ember: expect y = [0, 0, 5, 5]
int i = thread_position_in_grid.x;
y[i] = x[i - 2];
