// An attribute's components go into int, uint and ushort variables.
// ember: output y = i32(6)
// ember: grid 3, 2
// ember: threadgroup 3, 2
// ember: expect y = [0, 1, 2, 100, 101, 102]
int x = thread_position_in_grid.x;
ushort r = thread_position_in_grid.y;
y[r * 3 + x] = r * 100 + x;
