// as_type regroups: uint to uchar4 and half2, lowest byte first.
// ember: output y = f32(7)
// ember: grid 1
// ember: expect y = [4, 3, 2, 1, 1, -2, 258]
uchar4 b = as_type<uchar4>(0x01020304u);
for (int k = 0; k < 4; k++) y[k] = b[k];
half2 h = as_type<half2>(0xC0003C00u);
y[4] = h.x;
y[5] = h.y;
y[6] = as_type<ushort>(uchar2(2, 1));
