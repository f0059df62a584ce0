// Only the chosen side of ?: runs.
// ember: output y = i32(4)
// ember: grid 2
// ember: expect y = [1, 0, 0, 1]
int n = thread_position_in_grid.x;
int a = 0, b = 0;
n == 0 ? a++ : b++;
y[n] = a;
y[2 + n] = b;
