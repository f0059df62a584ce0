// An array argument is a pointer: the callee writes the caller's array.
// ember: output y = i32(3)
// ember: expect y = [0, 2, 4]
// ember: [header]
void fill(thread int* a, int n) { for (int k = 0; k < n; k++) a[k] = 2 * k; }
// ember: [body]
int table[3];
fill(table, 3);
y[thread_position_in_grid.x] = table[thread_position_in_grid.x];
