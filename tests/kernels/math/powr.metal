// powr of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(0.1, 5, 15)
// ember: input b = f32(256):uniform(0.1, 5, 35)
// ember: input ha = f16(256):uniform(0.1, 5, 16)
// ember: input hb = f16(256):uniform(0.1, 5, 36)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = pow(a, b) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = pow(ha, hb) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = powr(a[i], b[i]);
v[i] = metal::powr(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = powr(ha[i], hb[i]);
