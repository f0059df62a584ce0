// Packed vectors compute like the others.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [11, 22, 33]
packed_float3 a = packed_float3(1, 2, 3);
float3 b = a * 10.0f + a;
y[0] = b.x; y[1] = b.y; y[2] = b.z;
