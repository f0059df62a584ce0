// An attribute that only a header macro names is found after expansion.
// ember: output y = u32(4)
// ember: expect y = [0, 1, 2, 3]
// ember: [header]
#define ME (thread_position_in_grid.x)
// ember: [body]
y[ME] = ME;
