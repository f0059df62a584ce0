// Promotion beats conversion: short goes to int, half to float.
// ember: input h = f16:[1]
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 2, 1]
// ember: [header]
int kind(int) { return 1; }
int kind(float) { return 2; }
// ember: [body]
short s = 1;
bool b = true;
y[0] = kind(s);
y[1] = kind(h[0]);
y[2] = kind(b);
