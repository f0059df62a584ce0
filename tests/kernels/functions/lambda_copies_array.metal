// ember: output y = f32(3)
// ember: grid 3
// ember: expect y = [9, 9, 9]
uint i = thread_position_in_grid.x;
float a[3] = {1, 2, 3};
auto read = [=](uint at) { return a[at]; };
a[0] = a[1] = a[2] = 9;
y[i] = read(i);
