// HALF_MAX, HALF_MIN, HALF_EPSILON and M_PI_H.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [65504, 6.103515625e-05, 0.0009765625, 3.140625]
y[0] = HALF_MAX;
y[1] = HALF_MIN;
y[2] = HALF_EPSILON;
y[3] = M_PI_H;
