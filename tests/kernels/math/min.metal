// min of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 21)
// ember: input b = f32(256):uniform(-5, 5, 41)
// ember: input ha = f16(256):uniform(-5, 5, 22)
// ember: input hb = f16(256):uniform(-5, 5, 42)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = min(a, b)
// ember: expect v = y
// ember: expect yh = min(ha, hb)
uint i = thread_position_in_grid.x;
y[i] = min(a[i], b[i]);
v[i] = metal::min(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = min(ha[i], hb[i]);
