// length, distance and their squares.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [5, 25, 13, 169]
y[0] = length(float2(3, 4));
y[1] = length_squared(float2(3, 4));
y[2] = distance(float3(1, 1, 1), float3(4, 5, 13));
y[3] = distance_squared(float3(1, 1, 1), float3(4, 5, 13));
