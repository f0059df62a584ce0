// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float a = x[i];
y[i] = a[0];
//     ^ error[not-indexable]: a `float` cannot be indexed
