// ember: input s = 2.5
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
y[i] = s * s_shape[0];
//         ^^^^^^^ error[undeclared-name]: `s_shape` is not declared
