// asinh of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(-20, 20, 4)
// ember: input h = f16(256):uniform(-20, 20, 5)
// ember: input b = bf16(256):uniform(-20, 20, 6)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = asinh(x) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = asinh(h) within 0.51 ulp
// ember: expect yb = asinh(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = asinh(x[i]);
v[i] = metal::asinh(float3(0.75f + 0.25f * 1, x[i], 0.5f)).y;
yh[i] = precise::asinh(h[i]);
yb[i] = asinh(b[i]);
