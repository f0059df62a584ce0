// cospi(x) is cos(pi * x); the absolute bound is the error of pi * x in the formula.
// ember: input x = f32(256):uniform(-1.3, 1.3, 2)
// ember: input h = f16(256):uniform(-1.3, 1.3, 3)
// ember: output y = f32(256)
// ember: output yh = f16(256)
// ember: output exact = f32(2)
// ember: expect y = cos(pi * x) within 0.51 ulp or 1e-14 absolute
// ember: expect yh = cos(pi * h) within 0.51 ulp or 1e-14 absolute
// ember: expect exact = [-1, 1]
uint i = thread_position_in_grid.x;
y[i] = cospi(x[i]);
yh[i] = cospi(h[i]);
exact[0] = cospi(1.0f);
exact[1] = cospi(2.0f);
