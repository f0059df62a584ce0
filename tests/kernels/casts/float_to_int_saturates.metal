// Numbers out of range give the nearest integer, NaN gives 0.
// ember: input x = f32:[1e10, -1e10, inf, -inf, nan]
// ember: output y = i32(5)
// ember: output u = u32(5)
// ember: expect y = [2147483647, -2147483648, 2147483647, -2147483648, 0]
// ember: expect u = [4294967295, 0, 4294967295, 0, 0]
uint i = thread_position_in_grid.x;
y[i] = int(x[i]);
u[i] = uint(x[i]);
