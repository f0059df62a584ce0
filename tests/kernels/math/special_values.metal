// Results at the edges of the domains.
// ember: output y = f32(10)
// ember: grid 1
// ember: expect y = [inf, 0, -inf, nan, nan, 1, inf, 1, -0, nan]
y[0] = exp(100.0f);
y[1] = exp(-200.0f);
y[2] = log(0.0f);
y[3] = log(-1.0f);
y[4] = sqrt(-1.0f);
y[5] = pow(NAN, 0.0f);
y[6] = rsqrt(0.0f);
y[7] = tanh(50.0f);
y[8] = sin(-0.0f);
y[9] = acos(2.0f);
