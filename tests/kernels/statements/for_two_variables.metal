// A `for` declares two variables and steps both by a comma.
// ember: output y = i32(4)
// ember: expect y = [0, 10, 18, 24]
int n = thread_position_in_grid.x;
int total = 0;
for (int a = 0, b = 10; a < n; ++a, b -= 2) total += b;
y[n] = total;
