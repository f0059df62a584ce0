// A 0-d int is a plain number in arithmetic, conditions and sizes.
// ember: input n = 3
// ember: output y = i32(5)
// ember: expect y = [0, 1, 2, 13, 14]
int i = thread_position_in_grid.x;
y[i] = i < n ? i : i + 10;
