// complex64_t has .real and .imag and its operators.
// ember: input a = c64(16):normal(1)
// ember: input b = c64(16):normal(2)
// ember: output y = c64(16)
// ember: grid 16
// ember: expect y.re[3] = a.re[3] * b.re[3] - a.im[3] * b.im[3] within 1e-6
// ember: expect y.im[3] = a.re[3] * b.im[3] + a.im[3] * b.re[3] within 1e-6
// ember: expect max(abs(y.re - (a.re * b.re - a.im * b.im))) < 1e-6
uint i = thread_position_in_grid.x;
y[i] = a[i] * b[i];
