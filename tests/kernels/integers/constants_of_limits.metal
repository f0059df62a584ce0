// INT_MAX and relatives, and numeric_limits.
// ember: output y = i64(8)
// ember: grid 1
// ember: expect y = [2147483647, -2147483648, 4294967295, 127, 32767, 65535, -128, 2147483647]
y[0] = INT_MAX;
y[1] = INT_MIN;
y[2] = UINT_MAX;
y[3] = CHAR_MAX;
y[4] = SHRT_MAX;
y[5] = USHRT_MAX;
y[6] = numeric_limits<char>::min();
y[7] = metal::numeric_limits<int>::max();
