// extract_bits sign-extends signed numbers and not unsigned ones.
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [13, -3, 0]
y[0] = extract_bits(0xD0u, 4, 4);
y[1] = extract_bits(0xD0, 4, 4);
y[2] = extract_bits(0xFFu, 3, 0);
