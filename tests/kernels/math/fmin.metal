// fmin of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 19)
// ember: input b = f32(256):uniform(-5, 5, 39)
// ember: input ha = f16(256):uniform(-5, 5, 20)
// ember: input hb = f16(256):uniform(-5, 5, 40)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = min(a, b)
// ember: expect v = y
// ember: expect yh = min(ha, hb)
uint i = thread_position_in_grid.x;
y[i] = fmin(a[i], b[i]);
v[i] = metal::fmin(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = fmin(ha[i], hb[i]);
