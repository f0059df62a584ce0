// Relational functions give a bool per component.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [0, 1, 1, 0]
float2 v = float2(1, NAN);
bool2 b = isnan(v);
y[0] = b.x;
y[1] = b.y;
y[2] = any(isnan(v));
y[3] = all(isnan(v));
