// Overloads are chosen by the argument's type.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [1, 2, 3, 4]
// ember: [header]
int kind(int) { return 1; }
int kind(float) { return 2; }
int kind(uint) { return 3; }
int kind(float2) { return 4; }
// ember: [body]
y[0] = kind(1);
y[1] = kind(1.0f);
y[2] = kind(1u);
y[3] = kind(float2(1));
