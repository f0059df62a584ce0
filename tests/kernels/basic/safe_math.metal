// In safe mode nothing fuses: x * x - 1 is two roundings, fma is one.
// ember: input x = f32:[1.0000001, 0.99999994, 3.1415927, 1e-3]
// ember: output split = f32(4)
// ember: output fused = f32(4)
// ember: grid 4
// ember: expect split = f32(f32(x * x) - 1)
// ember: expect fused = x * x - 1
uint i = thread_position_in_grid.x;
split[i] = x[i] * x[i] - 1.0f;
fused[i] = fma(x[i], x[i], -1.0f);
