// Vectors of three align like vectors of four; packed ones like their element.
// ember: output y = u32(4)
// ember: grid 1
// ember: expect y = [16, 4, 8, 16]
y[0] = alignof(float3);
y[1] = alignof(packed_float3);
y[2] = alignof(half4);
y[3] = alignof(uint4);
