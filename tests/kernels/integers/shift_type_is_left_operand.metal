// The type of a shift is the promoted left operand; a long count does not widen it.
// ember: output y = u64(2)
// ember: grid 1
// ember: expect y = [0, 4294967296]
uint a = 0x80000000u;
y[0] = a << 1L;
y[1] = ulong(a) << 1;
