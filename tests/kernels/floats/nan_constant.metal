// NAN is a NaN, and so is its negation.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [nan, nan]
y[0] = NAN;
y[1] = -NAN;
