// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
void v;
//   ^ error[void-variable]: a variable cannot be `void`
y[i] = x[i];
