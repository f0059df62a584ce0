// Integer and boolean template arguments are constants of the body.
// ember: input x = i32:[1, 2, 3, 4]
// ember: output y = i32(4)
// ember: template N = -3
// ember: template negate = true
// ember: grid 4
// ember: expect y = [3, 6, 9, 12]
uint i = thread_position_in_grid.x;
int value = x[i] * N;
y[i] = negate ? -value : value;
