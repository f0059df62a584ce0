// An `else` belongs to the nearest `if`.
// ember: input x = i32:[0, 1, 2]
// ember: output y = i32(3)
// ember: init 9
// ember: expect y = [9, 5, 7]
uint i = thread_position_in_grid.x;
if (x[i] > 0)
    if (x[i] > 1)
        y[i] = 7;
    else
        y[i] = 5;
