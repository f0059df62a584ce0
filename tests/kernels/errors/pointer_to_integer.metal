// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
int k = x;
//      ^ error[type-mismatch]: cannot convert `const device float*` to `int` implicitly
y[i] = k;
