// reverse_bits mirrors the bits of the type.
// ember: output y = u32(3)
// ember: grid 1
// ember: expect y = [0x80000000, 0x0F000000, 0xC0]
y[0] = reverse_bits(1u);
y[1] = reverse_bits(0xF0u);
y[2] = reverse_bits(uchar(3));
