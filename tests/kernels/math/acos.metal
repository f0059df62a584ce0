// acos of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(-1, 1, 1)
// ember: input h = f16(256):uniform(-1, 1, 2)
// ember: input b = bf16(256):uniform(-1, 1, 3)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = acos(x) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = acos(h) within 0.51 ulp
// ember: expect yb = acos(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = acos(x[i]);
v[i] = metal::acos(float3(0.75f + 0.25f * 1, x[i], 0.5f)).y;
yh[i] = precise::acos(h[i]);
yb[i] = acos(b[i]);
