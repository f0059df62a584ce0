// Nested braces, and flat ones, fill row by row.
// ember: output y = i32(8)
// ember: grid 4
// ember: expect y = [1, 0, 3, 4, 1, 2, 3, 0]
int a[2][2] = {{1}, {3, 4}};
int b[2][2] = {1, 2, 3};
int i = thread_position_in_grid.x;
y[i] = a[i / 2][i % 2];
y[4 + i] = b[i / 2][i % 2];
