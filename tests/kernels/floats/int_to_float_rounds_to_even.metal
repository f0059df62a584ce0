// 2^24 + 1 is not a float: the conversion rounds to even.
// ember: input x = i32:[16777217, 16777219, 2147483647]
// ember: output y = f32(3)
// ember: expect y = [16777216, 16777220, 2147483648]
uint i = thread_position_in_grid.x;
y[i] = x[i];
