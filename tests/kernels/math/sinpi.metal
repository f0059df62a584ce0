// sinpi(x) is sin(pi * x); the absolute bound is the error of pi * x in the formula.
// ember: input x = f32(256):uniform(-1.3, 1.3, 1)
// ember: input h = f16(256):uniform(-1.3, 1.3, 2)
// ember: output y = f32(256)
// ember: output yh = f16(256)
// ember: output exact = f32(2)
// ember: expect y = sin(pi * x) within 0.51 ulp or 1e-14 absolute
// ember: expect yh = sin(pi * h) within 0.51 ulp or 1e-14 absolute
// ember: expect exact = [1, -1]
uint i = thread_position_in_grid.x;
y[i] = sinpi(x[i]);
yh[i] = sinpi(h[i]);
exact[0] = sinpi(0.5f);
exact[1] = sinpi(1.5f);
