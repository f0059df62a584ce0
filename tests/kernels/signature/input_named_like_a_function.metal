// An input may hide a name of the library.
// ember: input exp = f32:[1, 2, 3]
// ember: output y = f32(3)
// ember: expect y = [1, 2, 3]
uint i = thread_position_in_grid.x;
y[i] = exp[i];
