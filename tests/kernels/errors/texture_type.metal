// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
texture2d<float> t;
// @0+16 error[unsupported]: textures and samplers (`texture2d`) cannot be bound by `metal_kernel`
y[i] = x[i];
