// Stores outside are dropped; the elements inside keep their values.
// ember: output y = i32(4)
// ember: output z = i32(4)
// ember: init 3
// ember: grid 10
// ember: expect y = [3, 3, 0, 1]
// ember: expect z = [3, 3, 3, 3]
int i = thread_position_in_grid.x;
y[i + 2] = i;
z[-1 - i] = 9;
