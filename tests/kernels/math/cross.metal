// cross is perpendicular, by the right hand.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [-3, 6, -3]
float3 c = cross(float3(1, 2, 3), float3(4, 5, 6));
y[0] = c.x; y[1] = c.y; y[2] = c.z;
