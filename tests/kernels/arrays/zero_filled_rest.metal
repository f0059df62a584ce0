// Missing elements of an initialiser list are zero.
// ember: output y = i32(4)
// ember: grid 4
// ember: expect y = [5, 6, 0, 0]
int table[4] = {5, 6};
y[thread_position_in_grid.x] = table[thread_position_in_grid.x];
