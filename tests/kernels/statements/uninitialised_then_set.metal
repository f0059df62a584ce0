// A variable without initialiser that every path sets.
// ember: output y = i32(4)
// ember: expect y = [2, 1, 2, 1]
uint i = thread_position_in_grid.x;
int v;
if (i & 1) v = 1; else v = 2;
y[i] = v;
