// An attribute is a parameter by value: the body may change its copy.
// ember: output y = u32(3)
// ember: expect y = [10, 11, 12]
uint i = thread_position_in_grid.x;
thread_position_in_grid.x += 10;
y[i] = thread_position_in_grid.x;
