// mulhi is the upper half of the product, madhi adds to it.
// ember: output y = i64(4)
// ember: grid 1
// ember: expect y = [4294967294, -1, 1, 12]
y[0] = mulhi(0xFFFFFFFFu, 0xFFFFFFFFu);
y[1] = mulhi(-1, 5);
y[2] = mulhi(1 << 20, 1 << 12);
y[3] = madhi(1 << 20, 1 << 13, 10);
