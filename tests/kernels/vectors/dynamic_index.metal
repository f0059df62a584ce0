// A component by a run-time index, read and written.
// ember: output y = i32(4)
// ember: expect y = [7, 12, 20, 37]
uint i = thread_position_in_grid.x;
int4 v = int4(7, 11, 18, 34);
v[i] += i;
y[i] = v[i];
