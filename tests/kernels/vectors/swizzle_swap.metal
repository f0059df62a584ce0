// v.xy = v.yx reads both before it writes.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [2, 1]
int2 v = int2(1, 2);
v.xy = v.yx;
y[0] = v.x;
y[1] = v.y;
