// A scalar becomes a vector of that scalar where a vector is wanted.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [2.5, 2.5, 2.5]
float3 v = 2.5f;
y[0] = v.x; y[1] = v.y; y[2] = v.z;
