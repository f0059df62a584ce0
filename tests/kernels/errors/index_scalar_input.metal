// ember: input s = 2.5
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
y[i] = s[0];
//     ^^^^ error[zero-dimensional]: `s` is a 0-d array and is passed as a plain value
