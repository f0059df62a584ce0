// mix(x, y, a) is x + (y - x) * a.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [2, 6, 3, 5]
y[0] = mix(2.0f, 6.0f, 0.0f);
y[1] = mix(2.0f, 6.0f, 1.0f);
y[2] = mix(2.0f, 6.0f, 0.25f);
y[3] = mix(float2(0, 4), float2(0, 8), 0.25f).y;
