// Storing an int into a small type keeps the low bits.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [44, -56, -25536, 1]
uchar a = 300;
char b = 200;
short c = 40000;
ushort d = 65537;
y[0] = a;
y[1] = b;
y[2] = c;
y[3] = d;
