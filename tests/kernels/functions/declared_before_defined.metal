// A prototype allows a call above the definition.
// ember: output y = i32(1)
// ember: expect y = [10]
// ember: [header]
int later(int);
int first(int a) { return later(a) + 1; }
int later(int a) { return a * 3; }
// ember: [body]
y[0] = first(3);
