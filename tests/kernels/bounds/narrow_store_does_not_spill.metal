// A dropped byte store leaves its neighbours.
// ember: output y = u8(5)
// ember: init 1
// ember: grid 8
// ember: expect y = [2, 2, 2, 2, 2]
y[thread_position_in_grid.x] = 2;
