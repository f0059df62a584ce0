// elem_to_loc turns a row-major number into an offset by strides, here of a transposed array.
// ember: input shape = i32:[2, 3]
// ember: input strides = i64:[1, 2]
// ember: output y = i64(6)
// ember: expect y = [0, 2, 4, 1, 3, 5]
uint i = thread_position_in_grid.x;
y[i] = elem_to_loc(i, shape, strides, 2);
