// A 2-D grid: x moves fastest.
// ember: output y = u32(3, 5)
// ember: grid 5, 3
// ember: threadgroup 2, 2
// ember: expect y = div(i, 5) * 10 + i % 5
uint3 p = thread_position_in_grid;
y[p.y * 5 + p.x] = p.y * 10 + p.x;
