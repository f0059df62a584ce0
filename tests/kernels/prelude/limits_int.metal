// Limits of integers are their extremes.
// ember: output y = i64(5)
// ember: grid 1
// ember: expect y = [2147483647, -2147483648, 255, 0, 9223372036854775807]
y[0] = Limits<int>::max;
y[1] = Limits<int32_t>::min;
y[2] = Limits<uint8_t>::max;
y[3] = Limits<uint>::min;
y[4] = Limits<int64_t>::max;
