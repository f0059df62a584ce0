// Threads past the guard write nothing.
// ember: output y = i32(6)
// ember: init 7
// ember: grid 6
// ember: expect y = [0, 1, 2, 3, 7, 7]
uint i = thread_position_in_grid.x;
if (i >= 4) { return; }
y[i] = i;
