// An array of float3 has a stride of 16 bytes, one of packed_float3 12.
// ember: input x = f32(12):arange
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [4, 6, 3, 5]
const device float3* wide = (const device float3*)x;
const device packed_float3* tight = (const device packed_float3*)x;
y[0] = wide[1].x;
y[1] = wide[1].z;
y[2] = tight[1].x;
y[3] = float3(tight[1]).z;
