// 64-bit products, quotients and shifts.
// ember: input a = i64:[-9000000000]
// ember: input b = u64:[18446744073709551615]
// ember: output y = i64(3)
// ember: output z = u64(3)
// ember: grid 1
// ember: expect y = [-27000000000, -3, -4500000000]
// ember: expect z = [18446744073709551614, 6148914691236517205, 4294967295]
y[0] = a[0] * 3;
y[1] = a[0] / 3000000000;
y[2] = a[0] >> 1;
z[0] = b[0] * 2;
z[1] = b[0] / 3;
z[2] = b[0] >> 32;
