// NaN compares false with everything but !=.
// ember: input x = f32:[nan]
// ember: output y = i32(6)
// ember: grid 1
// ember: expect y = [0, 0, 0, 0, 0, 1]
float n = x[0];
y[0] = n < 1;
y[1] = n > 1;
y[2] = n <= n;
y[3] = n >= n;
y[4] = n == n;
y[5] = n != n;
