// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
threadgroup_barrier();
// @0+21 error[argument-count]: `threadgroup_barrier` needs to know which memory it orders
y[i] = x[i];
