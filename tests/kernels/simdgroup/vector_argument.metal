// Vectors are reduced and shuffled per component.
// ember: output y = f32(32)
// ember: output z = f32(32)
// ember: expect y = 496
// ember: expect z = -(31 - i)
float i = thread_position_in_grid.x;
uint k = i;
float2 s = simd_sum(float2(i, 1));
y[k] = s.x + s.y - 32;
z[k] = simd_shuffle(float2(1, -i), 31 - k).y;
