// Exponents, missing digits, hex floats and suffixes.
// ember: output y = f32(8)
// ember: grid 1
// ember: expect y = [0.5, 5, 1500, 0.00025, 3, 6, 0.25, 2]
y[0] = .5;
y[1] = 5.;
y[2] = 1.5e3;
y[3] = 2.5e-4F;
y[4] = 0x1.8p1f;
y[5] = 0x3p1;
y[6] = 0.25h;
y[7] = 2.0f;
