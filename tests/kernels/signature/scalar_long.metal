// A host integer beyond 32 bits arrives as a long.
// ember: input n = 5000000000
// ember: output y = i64(1)
// ember: expect y = [5000000001]
y[0] = n + 1;
