// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float i = 2.0f;
//    ^ error[redefinition]: `i` is already declared in this scope
y[0] = i;
