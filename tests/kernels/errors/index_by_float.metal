// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
y[i] = x[1.5f];
//       ^^^^ error[index-type]: an index must be an integer, not `float`
