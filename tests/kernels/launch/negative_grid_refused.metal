// A negative extent is an error.
// ember: output y = f32(1)
// ember: grid -4
// ember: expect failure: -4
y[0] = 1;
