// One lane that never leaves its loop is enough.
// ember: output y = f32(64)
// ember: grid 64
// ember: fuel 10000
// ember: expect failure: fuel
uint i = thread_position_in_grid.x, k = 0;
while (k < 10 || i == 63) k++;
y[i] = k;
