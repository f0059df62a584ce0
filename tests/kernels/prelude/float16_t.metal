// float16_t is half.
// ember: output y = f32(1)
// ember: expect y = [2048]
float16_t a = 2048;
y[0] = a + float16_t(1);
