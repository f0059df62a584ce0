// -0 is kept, equals 0 and divides to -inf.
// ember: input x = f32:[0]
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [-0, 1, -inf]
float z = -x[0];
y[0] = z;
y[1] = z == 0.0f;
y[2] = 1.0f / z;
