// 1.0h is half: sums with it round to half.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [0.0999755859375, 2]
y[0] = 0.1h;
y[1] = sizeof(0.1h);
