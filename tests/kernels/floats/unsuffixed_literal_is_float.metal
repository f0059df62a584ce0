// 0.1 without suffix is a float: there is no double to round from.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 4]
y[0] = 0.1 == 0.1f;
y[1] = sizeof(0.1);
