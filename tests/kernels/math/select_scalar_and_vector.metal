// select(a, b, c) is b where c holds.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 20, 2]
int2 v = select(int2(1, 2), int2(10, 20), bool2(false, true));
y[0] = v.x;
y[1] = v.y;
y[2] = select(1, 2, 3 > 2);
