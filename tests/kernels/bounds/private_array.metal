// A private array read and written outside: reads give 0, writes vanish.
// ember: output y = i32(4)
// ember: expect y = [1, 2, 0, 0]
int a[2] = {1, 2};
int guard[2] = {5, 5};
int i = thread_position_in_grid.x;
a[i + 2] = 9;
y[i] = guard[0] == 5 && guard[1] == 5 ? a[i] : -1;
