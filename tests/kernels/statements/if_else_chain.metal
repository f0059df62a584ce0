// The first true branch of an if/else chain is taken, and only that one.
// ember: input x = i32:[-5, 0, 3, 50]
// ember: output y = i32(4)
// ember: expect y = [-1, 0, 1, 2]
uint i = thread_position_in_grid.x;
int v = x[i];
if (v < 0)
    y[i] = -1;
else if (v == 0)
    y[i] = 0;
else if (v < 10)
    y[i] = 1;
else
    y[i] = 2;
