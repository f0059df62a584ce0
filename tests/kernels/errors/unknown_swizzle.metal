// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float2 v = float2(x[i], 1.0f);
y[i] = v.z;
//       ^ error[unknown-member]: `float2` has no component `z`: it has 2
