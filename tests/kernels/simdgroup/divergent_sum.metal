// Under a condition only the lanes that hold it are summed.
// ember: output y = i32(32)
// ember: init -1
// ember: expect y = i < 10 ? 45 : -1
int i = thread_position_in_grid.x;
if (i < 10) y[i] = simd_sum(i);
