// Each thread reads another element of a private array.
// ember: input x = i32:[3, 0, 2, 1]
// ember: output y = i32(4)
// ember: expect y = [30, 0, 20, 10]
int table[4];
for (int k = 0; k < 4; k++) table[k] = k * 10;
uint i = thread_position_in_grid.x;
y[i] = table[x[i]];
