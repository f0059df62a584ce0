// Overloads of different arity.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [0, 1, 2]
// ember: [header]
int count() { return 0; }
int count(int) { return 1; }
int count(int, int) { return 2; }
// ember: [body]
y[0] = count();
y[1] = count(5);
y[2] = count(5, 6);
