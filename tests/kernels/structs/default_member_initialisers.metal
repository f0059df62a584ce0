// Members may have initialisers of their own.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [4, 9, 6]
// ember: [header]
struct S { int a = 4; int b = 9; };
// ember: [body]
S s;
S t = {6};
y[0] = s.a;
y[1] = t.b;
y[2] = t.a;
