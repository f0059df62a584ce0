// No matching case and no default: nothing runs.
// ember: input x = i32:[1, 2, -7]
// ember: output y = i32(3)
// ember: expect y = [10, 0, 0]
uint i = thread_position_in_grid.x;
int v = 0;
switch (x[i]) { case 1: v = 10; }
y[i] = v;
