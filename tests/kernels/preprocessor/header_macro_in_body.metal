// Macros of the header reach into the body.
// ember: output y = i32(4)
// ember: expect y = [0, 2, 4, 6]
// ember: [header]
#define INDEX thread_position_in_grid.x
#define FOR_EACH(k, n) for (uint k = 0; k < (n); ++k)
// ember: [body]
uint i = thread_position_in_grid.x;
int t = 0;
FOR_EACH(k, i) t += 2;
y[INDEX] = t;
