// log10 of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(0.001, 100, 13)
// ember: input h = f16(256):uniform(0.001, 100, 14)
// ember: input b = bf16(256):uniform(0.001, 100, 15)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = log10(x) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = log10(h) within 0.51 ulp
// ember: expect yb = log10(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = log10(x[i]);
v[i] = metal::log10(float3(0.75f + 0.25f * 1, x[i], 0.5f)).y;
yh[i] = precise::log10(h[i]);
yb[i] = log10(b[i]);
