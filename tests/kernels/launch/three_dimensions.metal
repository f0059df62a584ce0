// A 3-D grid with groups that do not divide it.
// ember: output y = u32(4, 3, 5)
// ember: grid 5, 3, 4
// ember: threadgroup 2, 2, 3
// ember: expect y = i
uint3 p = thread_position_in_grid, n = threads_per_grid;
y[(p.z * n.y + p.y) * n.x + p.x] = (p.z * 3 + p.y) * 5 + p.x;
