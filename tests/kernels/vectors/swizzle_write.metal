// Assigning through a swizzle changes those components only.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [9, 2, 8, 4]
float4 v = float4(1, 2, 3, 4);
v.zx = float2(8, 9);
for (int k = 0; k < 4; k++) y[k] = v[k];
