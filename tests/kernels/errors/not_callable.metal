// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float f = x[i];
y[i] = f(2.0f);
//     ^ error[not-callable]: a `float` cannot be called
