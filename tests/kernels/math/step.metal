// step of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 23)
// ember: input b = f32(256):uniform(-5, 5, 43)
// ember: input ha = f16(256):uniform(-5, 5, 24)
// ember: input hb = f16(256):uniform(-5, 5, 44)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = b < a ? 0 : 1
// ember: expect v = y
// ember: expect yh = hb < ha ? 0 : 1
uint i = thread_position_in_grid.x;
y[i] = step(a[i], b[i]);
v[i] = metal::step(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = step(ha[i], hb[i]);
