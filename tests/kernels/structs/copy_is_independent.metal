// Assigning a struct copies it.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 5]
// ember: [header]
struct Pair { int a; int b; };
// ember: [body]
Pair p = {1, 2};
Pair q = p;
q.a = 5;
y[0] = p.a;
y[1] = q.a;
