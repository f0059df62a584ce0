// Constructors with initialiser lists, chosen by arguments.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [0, 5, 7, 8]
// ember: [header]
struct V {
    int a, b;
    V() : a(0), b(0) {}
    V(int v) : a(v), b(v) {}
    V(int x, int z) : a(x), b(z) {}
};
// ember: [body]
V u;
V v(5);
V w = V(7, 8);
y[0] = u.a;
y[1] = v.b;
y[2] = w.a;
y[3] = w.b;
