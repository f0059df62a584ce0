// max of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 22)
// ember: input b = f32(256):uniform(-5, 5, 42)
// ember: input ha = f16(256):uniform(-5, 5, 23)
// ember: input hb = f16(256):uniform(-5, 5, 43)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = max(a, b)
// ember: expect v = y
// ember: expect yh = max(ha, hb)
uint i = thread_position_in_grid.x;
y[i] = max(a[i], b[i]);
v[i] = metal::max(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = max(ha[i], hb[i]);
