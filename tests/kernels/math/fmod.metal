// fmod of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-50, 50, 12)
// ember: input b = f32(256):uniform(-50, 50, 32)
// ember: input ha = f16(256):uniform(-50, 50, 13)
// ember: input hb = f16(256):uniform(-50, 50, 33)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = fmod(a, b)
// ember: expect v = y
// ember: expect yh = fmod(ha, hb)
uint i = thread_position_in_grid.x;
y[i] = fmod(a[i], b[i]);
v[i] = metal::fmod(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = fmod(ha[i], hb[i]);
