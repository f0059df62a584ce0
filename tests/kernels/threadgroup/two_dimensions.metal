// A transposed tile in 2-D threadgroup memory.
// ember: input x = f32(8, 8):arange
// ember: output y = f32(8, 8)
// ember: grid 8, 8
// ember: threadgroup 8, 8
// ember: expect y = x[i % 8, div(i, 8)]
threadgroup float tile[8][8 + 1];
uint2 p = thread_position_in_threadgroup.xy;
tile[p.y][p.x] = x[p.y * 8 + p.x];
threadgroup_barrier(mem_flags::mem_threadgroup);
y[p.y * 8 + p.x] = tile[p.x][p.y];
