// The last argument splits the simdgroup into vectors of that width.
// ember: output u = i32(32)
// ember: expect u = i % 8 < 1 ? i + 7 + 100 : i - 1
int i = thread_position_in_grid.x;
u[i] = simd_shuffle_and_fill_up(i, i + 100, 1, 8);
