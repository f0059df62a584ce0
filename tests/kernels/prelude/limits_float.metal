// Limits of floats: max and min are infinite, the finite ones are not.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [inf, -inf, 3.4028234663852886e38, -3.4028234663852886e38]
y[0] = Limits<float>::max;
y[1] = Limits<float>::min;
y[2] = Limits<float>::finite_max;
y[3] = Limits<float>::finite_min;
