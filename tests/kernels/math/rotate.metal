// rotate moves bits to the left, around the width of the type.
// ember: output y = u32(4)
// ember: grid 1
// ember: expect y = [0x23456781, 0x81234567, 1, 0x81]
y[0] = rotate(0x12345678u, 4u);
y[1] = rotate(0x12345678u, 28u);
y[2] = rotate(1u, 32u);
y[3] = rotate(uchar(0x18), uchar(4));
