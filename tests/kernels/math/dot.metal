// dot of float vectors of 2, 3 and 4, and of halves.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [11, 32, 70, 11]
y[0] = dot(float2(1, 2), float2(3, 4));
y[1] = dot(float3(1, 2, 3), float3(4, 5, 6));
y[2] = dot(float4(1, 2, 3, 4), float4(5, 6, 7, 8));
y[3] = dot(half2(1, 2), half2(3, 4));
