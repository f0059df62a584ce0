// copysign of floats, of vectors and of halves.
// ember: input a = f32(256):uniform(-5, 5, 17)
// ember: input b = f32(256):uniform(-5, 5, 37)
// ember: input ha = f16(256):uniform(-5, 5, 18)
// ember: input hb = f16(256):uniform(-5, 5, 38)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: expect y = copysign(a, b)
// ember: expect v = y
// ember: expect yh = copysign(ha, hb)
uint i = thread_position_in_grid.x;
y[i] = copysign(a[i], b[i]);
v[i] = metal::copysign(float2(1, a[i]), float2(1, b[i])).y;
yh[i] = copysign(ha[i], hb[i]);
