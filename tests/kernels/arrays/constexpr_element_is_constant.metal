// ember: output y = f32(2)
// ember: grid 2
// ember: expect y = [4, 4]
uint i = thread_position_in_grid.x;
constexpr int sizes[3] = {1, 2, 4};
constexpr int most = sizes[2];
float tile[most];
tile[sizes[2] - 1] = most;
y[i] = tile[3];
