// addsat and subsat stop at the extremes of the type.
// ember: output y = i64(6)
// ember: grid 1
// ember: expect y = [2147483647, -2147483648, 4294967295, 0, 255, -128]
y[0] = addsat(INT_MAX, 5);
y[1] = subsat(INT_MIN, 5);
y[2] = addsat(0xFFFFFFF0u, 100u);
y[3] = subsat(3u, 5u);
y[4] = addsat(uchar(200), uchar(100));
y[5] = subsat(char(-100), char(100));
