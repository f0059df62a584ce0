// A macro is not expanded inside its own replacement.
// ember: output y = i32(1)
// ember: expect y = [8]
int v = 7;
#define v (v + 1)
y[0] = v;
