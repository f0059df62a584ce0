// atan2 of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 11)
// ember: input b = f32(256):uniform(-5, 5, 31)
// ember: input ha = f16(256):uniform(-5, 5, 12)
// ember: input hb = f16(256):uniform(-5, 5, 32)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = atan2(a, b) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = atan2(ha, hb) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = atan2(a[i], b[i]);
v[i] = metal::atan2(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = atan2(ha[i], hb[i]);
