// Unary operators on vectors.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [-1, 2, -2, 1]
int2 v = int2(1, -2);
int2 n = -v, c = ~v;
y[0] = n.x; y[1] = n.y;
y[2] = c.x; y[3] = c.y;
