// A 0-d half computes in half.
// ember: input s = f16:2048
// ember: output y = f32(1)
// ember: expect y = [2048]
y[0] = s + 1.0h;
