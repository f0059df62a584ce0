// int to uint and back keeps the bits; narrowing then widening sign-extends.
// ember: output y = i64(4)
// ember: grid 1
// ember: expect y = [4294967295, -1, -1, 255]
int m = -1;
y[0] = uint(m);
y[1] = int(0xFFFFFFFFu);
y[2] = char(0x1FF);
y[3] = uchar(0x1FF);
