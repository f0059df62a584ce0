// M_PI_F and the other constants are the nearest floats.
// ember: output y = f32(8)
// ember: grid 1
// ember: expect y = [3.14159265358979, 2.718281828459045, 1.4426950408889634, 0.6931471805599453, inf, 3.4028234663852886e38, 1.1754943508222875e-38, 1.1920928955078125e-07]
y[0] = M_PI_F;
y[1] = M_E_F;
y[2] = M_LOG2E_F;
y[3] = M_LN2_F;
y[4] = INFINITY;
y[5] = FLT_MAX;
y[6] = FLT_MIN;
y[7] = FLT_EPSILON;
