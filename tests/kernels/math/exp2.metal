// exp2 of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(-20, 20, 11)
// ember: input h = f16(256):uniform(-20, 20, 12)
// ember: input b = bf16(256):uniform(-20, 20, 13)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = exp2(x) within 1.0 ulp
// ember: expect v = y
// ember: expect yh = exp2(h) within 0.51 ulp
// ember: expect yb = exp2(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = exp2(x[i]);
v[i] = metal::exp2(float3(0.75f + 0.25f * 1, x[i], 0.5f)).y;
yh[i] = precise::exp2(h[i]);
yb[i] = exp2(b[i]);
