// auto keeps the address space of `x + offset`.
// ember: input x = f32(3, 4):arange
// ember: output y = f32(3)
// ember: expect y = [6, 22, 38]
uint r = thread_position_in_grid.x;
auto row = x + r * 4;
float total = 0;
for (int k = 0; k < 4; k++) total += row[k];
y[r] = total;
