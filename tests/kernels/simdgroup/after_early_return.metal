// Lanes that have returned do not take part any more.
// ember: output y = i32(32)
// ember: init 0
// ember: expect y = i >= 30 ? 0 : 435
int i = thread_position_in_grid.x;
if (i >= 30) return;
y[i] = simd_sum(i);
