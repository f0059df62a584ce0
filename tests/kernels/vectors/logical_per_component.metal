// && || ! work per component on vectors of bool.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [1, 0, 0, 1]
bool2 a = bool2(true, false), b = bool2(true, true);
bool2 c = a && b;
bool2 d = !(a && b);
y[0] = c.x; y[1] = c.y;
y[2] = d.x; y[3] = d.y;
