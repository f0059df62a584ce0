// A static constant constexpr 2-D table.
// ember: output y = i32(4)
// ember: expect y = [1, 3, 2, 4]
// ember: [header]
static constant constexpr int TABLE[2][2] = {{1, 2}, {3, 4}};
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = TABLE[i % 2][i / 2];
