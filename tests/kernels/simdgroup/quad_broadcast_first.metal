// quad_broadcast_first takes the lowest active lane, here the second of each quadgroup.
// ember: output y = i32(64)
// ember: init -1
// ember: threadgroup 64
// ember: expect y = i % 4 == 0 ? -1 : div(i, 4) * 4 + 1
int i = thread_position_in_grid.x;
if (i % 4 > 0) y[i] = quad_broadcast_first(i);
