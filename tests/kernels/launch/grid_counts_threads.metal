// The grid is counted in threads, not in groups.
// ember: output y = u32(4)
// ember: init 0
// ember: grid 4
// ember: threadgroup 2
// ember: expect y = [1, 1, 2, 2]
uint i = thread_position_in_grid.x;
y[i] = threadgroup_position_in_grid.x + 1;
