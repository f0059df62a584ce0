// A float array read and written four elements at a time.
// ember: input x = f32(16):arange
// ember: output y = f32(16)
// ember: grid 4
// ember: expect y = x * 2 + 1
uint i = thread_position_in_grid.x;
float4 v = ((const device float4*)x)[i];
((device float4*)y)[i] = v * 2.0f + 1.0f;
