// The least, greatest and middle of three, for floats and ints.
// ember: output y = f32(9)
// ember: grid 1
// ember: expect y = [1, 3, 2, -1, 5, 0, 1, 3, 2]
y[0] = min3(2.0f, 3.0f, 1.0f);
y[1] = max3(2.0f, 3.0f, 1.0f);
y[2] = median3(2.0f, 3.0f, 1.0f);
y[3] = min3(0, -1, 5);
y[4] = max3(0, -1, 5);
y[5] = median3(0, -1, 5);
y[6] = fmin3(2.0f, 3.0f, 1.0f);
y[7] = fmax3(2.0f, 3.0f, 1.0f);
y[8] = fmedian3(2.0f, 3.0f, 1.0f);
