// Comparing vectors gives a vector of bool; any, all and select use it.
// ember: output y = i32(5)
// ember: grid 1
// ember: expect y = [0, 1, 10, 2, 30]
int3 a = int3(10, 2, 30), b = int3(1, 20, 3);
bool3 less = a < b;
y[0] = all(less);
y[1] = any(less);
int3 m = select(b, a, !less);
y[2] = m.x;
int3 n = select(a, b, bool3(false));
y[3] = n.y;
y[4] = m.z;
