// fdim of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 16)
// ember: input b = f32(256):uniform(-5, 5, 36)
// ember: input ha = f16(256):uniform(-5, 5, 17)
// ember: input hb = f16(256):uniform(-5, 5, 37)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = fdim(a, b) within 0.5 ulp
// ember: expect v = y
// ember: expect yh = fdim(ha, hb) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = fdim(a[i], b[i]);
v[i] = metal::fdim(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = fdim(ha[i], hb[i]);
