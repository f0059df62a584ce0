// threadgroups_per_grid counts edge groups.
// ember: output y = u32(3)
// ember: grid 10, 7, 2
// ember: threadgroup 4, 2, 2
// ember: expect y = [3, 4, 1]
y[0] = threadgroups_per_grid.x;
y[1] = threadgroups_per_grid.y;
y[2] = threadgroups_per_grid.z;
