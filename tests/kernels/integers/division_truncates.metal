// Integer division rounds to zero; the remainder has the sign of the dividend.
// ember: output q = i32(4)
// ember: output r = i32(4)
// ember: input a = i32:[7, -7, 7, -7]
// ember: input b = i32:[2, 2, -2, -2]
// ember: expect q = [3, -3, -3, 3]
// ember: expect r = [1, -1, 1, -1]
uint i = thread_position_in_grid.x;
q[i] = a[i] / b[i];
r[i] = a[i] % b[i];
