// By value the caller's struct stays, by reference it changes.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 9]
// ember: [header]
struct S { int v; };
void by_value(S s) { s.v = 9; }
void by_reference(thread S& s) { s.v = 9; }
// ember: [body]
S s = {1};
by_value(s);
y[0] = s.v;
by_reference(s);
y[1] = s.v;
