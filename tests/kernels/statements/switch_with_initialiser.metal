// ember: output y = f32(4)
// ember: grid 4
// ember: expect y = [0, 10, 0, 30]
uint i = thread_position_in_grid.x;
float v = 0;
switch (uint odd = i & 1; odd) {
case 1: v = 10 * float(i); break;
}
y[i] = v;
