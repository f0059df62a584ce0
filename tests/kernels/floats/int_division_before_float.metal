// 1 / 2 is an integer division even when it is stored in a float.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [0, 0.5, 0.5]
y[0] = 1 / 2;
y[1] = 1 / 2.0;
y[2] = float(1) / 2;
