// A function with a side effect through a pointer is not called when && stops.
// ember: output y = i32(4)
// ember: expect y = [0, 11, 0, 11]
// ember: [header]
bool bump(thread int& count) { count += 10; return true; }
// ember: [body]
int n = thread_position_in_grid.x;
int count = 0;
if ((n & 1) && bump(count)) count++;
y[n] = count;
