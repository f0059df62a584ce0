// The names of <metal_stdlib>: int8_t to uint64_t.
// ember: output y = i64(8)
// ember: grid 1
// ember: expect y = [-1, 255, -1, 65535, -1, 4294967295, -1, 1]
y[0] = int8_t(-1);
y[1] = uint8_t(-1);
y[2] = int16_t(-1);
y[3] = uint16_t(-1);
y[4] = int32_t(-1);
y[5] = uint32_t(-1);
y[6] = int64_t(-1);
y[7] = uint64_t(-1) > 5;
