// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
switch (i) { case 1: y[i] = 1.0f; break; case 1: y[i] = 2.0f; break; }
//                                            ^ error[case]: this label stands twice
