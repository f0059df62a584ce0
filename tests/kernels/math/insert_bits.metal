// insert_bits replaces a field.
// ember: output y = u32(2)
// ember: grid 1
// ember: expect y = [0xFFFFF5FF, 0x0000000A]
y[0] = insert_bits(0xFFFFFFFFu, 0x35u, 8, 4);
y[1] = insert_bits(0u, 0xAu, 0, 4);
