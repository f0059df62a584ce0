// Decimal, hex, octal, binary and character literals, and suffixes.
// ember: output y = i64(9)
// ember: grid 1
// ember: expect y = [255, 8, 5, 65, 4294967295, 1000000000000, 10, 1000000, 3000000000]
y[0] = 0xFf;
y[1] = 010;
y[2] = 0b101;
y[3] = 'A';
y[4] = 0xFFFFFFFF;
y[5] = 1000000000000;
y[6] = '\n';
y[7] = 1'000'000u;
y[8] = 3000000000;
