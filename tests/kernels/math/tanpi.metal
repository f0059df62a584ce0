// tanpi(x) is tan(pi * x); the absolute bound is the error of pi * x in the formula.
// ember: input x = f32(256):uniform(-0.45, 0.45, 3)
// ember: input h = f16(256):uniform(-0.45, 0.45, 4)
// ember: output y = f32(256)
// ember: output yh = f16(256)
// ember: output exact = f32(2)
// ember: expect y = tan(pi * x) within 0.51 ulp or 1e-14 absolute
// ember: expect yh = tan(pi * h) within 0.51 ulp or 1e-14 absolute
// ember: expect exact = [1, -1]
uint i = thread_position_in_grid.x;
y[i] = tanpi(x[i]);
yh[i] = tanpi(h[i]);
exact[0] = tanpi(0.25f);
exact[1] = tanpi(-0.25f);
