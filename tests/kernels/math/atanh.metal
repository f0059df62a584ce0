// atanh of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(-0.99, 0.99, 6)
// ember: input h = f16(256):uniform(-0.99, 0.99, 7)
// ember: input b = bf16(256):uniform(-0.99, 0.99, 8)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = atanh(x) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = atanh(h) within 0.51 ulp
// ember: expect yb = atanh(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = atanh(x[i]);
v[i] = metal::atanh(float3(0.75f + 0.25f * 0, x[i], 0.5f)).y;
yh[i] = precise::atanh(h[i]);
yb[i] = atanh(b[i]);
