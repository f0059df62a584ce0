// acosh of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(1, 50, 2)
// ember: input h = f16(256):uniform(1, 50, 3)
// ember: input b = bf16(256):uniform(1, 50, 4)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = acosh(x) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = acosh(h) within 0.51 ulp
// ember: expect yb = acosh(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = acosh(x[i]);
v[i] = metal::acosh(float3(0.75f + 0.25f * 1, x[i], 1.5f)).y;
yh[i] = precise::acosh(h[i]);
yb[i] = acosh(b[i]);
