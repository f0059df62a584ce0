// .real and .imag are read and written; += adds.
// ember: output y = c64(1)
// ember: expect y = [4-1j]
complex64_t z = complex64_t(1, 2);
z.real = 3;
z.imag -= 4;
z += complex64_t(1, 1);
y[0] = z;
