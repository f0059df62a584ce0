// exp of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(-20, 20, 9)
// ember: input h = f16(256):uniform(-20, 20, 10)
// ember: input b = bf16(256):uniform(-20, 20, 11)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = exp(x) within 1.1 ulp
// ember: expect v = y
// ember: expect yh = exp(h) within 0.51 ulp
// ember: expect yb = exp(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = exp(x[i]);
v[i] = metal::exp(float3(0.75f + 0.25f * 1, x[i], 0.5f)).y;
yh[i] = precise::exp(h[i]);
yb[i] = exp(b[i]);
