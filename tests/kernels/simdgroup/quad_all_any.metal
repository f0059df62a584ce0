// quad_all and quad_any ask the whole quadgroup.
// ember: output all = i32(64)
// ember: output any = i32(64)
// ember: threadgroup 64
// ember: expect all = div(i, 4) != 9
// ember: expect any = div(i, 4) == 9
uint i = thread_position_in_grid.x;
all[i] = quad_all(i != 37);
any[i] = quad_any(i == 37);
