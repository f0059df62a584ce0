// A private array of vectors, indexed at run time.
// ember: output y = f32(3)
// ember: expect y = [3, 7, 11]
float2 table[3] = {float2(1, 2), float2(3, 4), {5, 6}};
uint i = thread_position_in_grid.x;
y[i] = table[i].x + table[i].y;
