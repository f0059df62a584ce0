// uchar << 4 keeps the bits above 8.
// ember: input a = u8:[255]
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [4080, 240]
y[0] = a[0] << 4;
y[1] = uchar(a[0] << 4);
