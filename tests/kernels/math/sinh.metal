// sinh of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(-8, 8, 17)
// ember: input h = f16(256):uniform(-8, 8, 18)
// ember: input b = bf16(256):uniform(-8, 8, 19)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = sinh(x) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = sinh(h) within 0.51 ulp
// ember: expect yb = sinh(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = sinh(x[i]);
v[i] = metal::sinh(float3(0.75f + 0.25f * 1, x[i], 0.5f)).y;
yh[i] = precise::sinh(h[i]);
yb[i] = sinh(b[i]);
