// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
const float k = 2.0f;
k = 3.0f;
// @0+1 error[read-only]: this is `const` and cannot be written
y[i] = k;
