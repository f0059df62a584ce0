// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
// ember: [header]
int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }
//                                       ^^^^^^^^^^^ error[recursion]: `fact` calls itself: kernels cannot recurse
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = fact(5);
