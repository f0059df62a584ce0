// Shifts of small elements count modulo their own width: 254 mod 8 is 6.
// ember: input a = u8:[255, 255, 255, 255]
// ember: input n = u8:[254, 6, 8, 9]
// ember: output y = u8(4)
// ember: output z = u16(2)
// ember: grid 1
// ember: expect y = [3, 3, 255, 127]
// ember: expect z = [2, 65534]
uchar4 v = uchar4(a[0], a[1], a[2], a[3]) >> uchar4(n[0], n[1], n[2], n[3]);
ushort2 s = ushort2(1, 65535) << ushort2(17, 1);
y[0] = v.x; y[1] = v.y; y[2] = v.z; y[3] = v.w;
z[0] = s.x; z[1] = s.y;
