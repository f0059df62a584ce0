// Only the low five bits of a 32-bit shift's count are used, six for 64 bits.
// ember: input n = i32:[32, 33, 64, -1]
// ember: output y = u32(4)
// ember: output z = u64(4)
// ember: expect y = [1, 2, 1, 2147483648]
// ember: expect z = [4294967296, 8589934592, 1, 9223372036854775808]
uint i = thread_position_in_grid.x;
y[i] = 1u << n[i];
z[i] = 1ul << n[i];
