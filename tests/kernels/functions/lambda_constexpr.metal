// ember: output y = f32(2)
// ember: grid 2
// ember: expect y = [9, 9]
uint i = thread_position_in_grid.x;
constexpr auto square = [](int v) constexpr { return v * v; };
float tile[square(3)];
tile[8] = square(3);
y[i] = tile[8];
