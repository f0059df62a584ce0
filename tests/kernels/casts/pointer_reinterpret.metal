// Bytes of an array seen through a pointer of another type, little-endian.
// ember: input x = u32:[0x04030201, 0x08070605, 0, 0, 0, 0, 0, 0]
// ember: output y = u32(4)
// ember: grid 1
// ember: expect y = [1, 8, 0x0403, 0x0605]
const device uchar* b = (const device uchar*)x;
const device ushort* s = reinterpret_cast<const device ushort*>(x);
y[0] = b[0];
y[1] = b[7];
y[2] = s[1];
y[3] = s[2];
