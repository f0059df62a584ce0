// half meeting float computes in float.
// ember: input h = f16:[2048]
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [2049, 2048, 2049]
y[0] = h[0] + 1.0f;
y[1] = h[0] + 1.0h;
y[2] = float(h[0]) + 1;
