// hypot of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-50, 50, 13)
// ember: input b = f32(256):uniform(-50, 50, 33)
// ember: input ha = f16(256):uniform(-50, 50, 14)
// ember: input hb = f16(256):uniform(-50, 50, 34)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = hypot(a, b) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = hypot(ha, hb) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = hypot(a[i], b[i]);
v[i] = metal::hypot(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = hypot(ha[i], hb[i]);
