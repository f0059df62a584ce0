// ember: output out = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float value = 1.0f;
out[i] = valu;
//       ^^^^ error[undeclared-name]: `valu` is not declared
