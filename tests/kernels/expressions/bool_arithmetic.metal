// bool counts as 0 or 1; anything nonzero becomes true.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [2, 1, 1, 0]
bool t = true, u = 256;
y[0] = t + u;
bool f = 0.25f;
y[1] = f;
bool w = t;
w += 5;
y[2] = w;
y[3] = bool(0.0f);
