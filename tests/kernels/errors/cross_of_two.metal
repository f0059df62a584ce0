// cross takes vectors of three.
// ember: output y = f32(8)
float2 c = cross(float2(1, 2), float2(3, 4));
//               ^^^^^^^^^^^^ error[bad-argument]: `cross` takes vectors of 3 floats, got `float2`
y[0] = c.x;
