// divide of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 18)
// ember: input b = f32(256):uniform(-5, 5, 38)
// ember: input ha = f16(256):uniform(-5, 5, 19)
// ember: input hb = f16(256):uniform(-5, 5, 39)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = a / b within 0.5 ulp
// ember: expect v = y
// ember: expect yh = ha / hb within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = divide(a[i], b[i]);
v[i] = metal::divide(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = divide(ha[i], hb[i]);
