// ember: output out = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x
//                                ^ error[expected-token]: expected `;` after the declaration
out[i] = 1.0f;
