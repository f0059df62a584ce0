// float to bfloat rounds to nearest even and keeps the range.
// ember: input x = f32:[257, 259, 1e38, -3]
// ember: output y = bf16(4)
// ember: expect y = [256, 260, 1e38, -3]
uint i = thread_position_in_grid.x;
y[i] = bfloat16_t(x[i]);
