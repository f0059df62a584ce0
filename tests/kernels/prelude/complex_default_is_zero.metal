// A complex number of one argument is real, of none zero.
// ember: output y = c64(2)
// ember: grid 1
// ember: expect y = [0+0j, 3+0j]
y[0] = complex64_t();
y[1] = complex64_t(3.0f);
